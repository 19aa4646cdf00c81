import Foundation
import HybridKVKernels
import Testing

@Suite struct DispatchTests {
    @Test("The portable set comes first, each set once, none past the end")
    func listsSets() {
        let names = KernelSet.all.map(\.name)
        #expect(names.first == "portable")
        #expect(Set(names).count == names.count)
        #expect(hkv_kernels_at(KernelSet.all.count) == nil)
        #expect(hkv_kernels_at(.max) == nil)
    }

    @Test("The best set is one of the list, and always the same")
    func choosesOnce() {
        let best = hkv_kernels_best()
        #expect(KernelSet.all.contains { $0.table == best })
        #expect(hkv_kernels_best() == best)
    }

    @Test("The environment can ask for the portable set")
    func obeysEnvironment() async {
        await #expect(processExitsWith: .success) {
            setenv("HKV_KERNELS", "portable", 1)
            #expect(String(cString: hkv_kernels_best().pointee.name) == "portable")
        }
    }

    @Test("A set that is not available is ignored")
    func ignoresUnknownSets() async {
        await #expect(processExitsWith: .success) {
            setenv("HKV_KERNELS", "abacus", 1)
            #expect(hkv_kernels_best() == KernelSet.all.last?.table)
        }
    }

    @Test("An element's size follows its type")
    func sizes() {
        #expect([HKV_F32, HKV_F16, HKV_BF16].map(hkv_size) == [4, 2, 2])
    }
}
