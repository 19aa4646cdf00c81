import HybridKVKernels
import Testing

@Suite struct StorageTests {
    private static let everyHalf = (0...UInt16.max).map { $0 }

    private func widened(_ set: KernelSet, _ x: [UInt16], _ storage: Storage) -> [Float] {
        var out = [Float](repeating: 0, count: x.count)
        set.kernels.widen(x, storage.type, x.count, &out)
        return out
    }

    private func narrowed(_ set: KernelSet, _ x: [Float], _ storage: Storage) -> [UInt16] {
        var out = [UInt16](repeating: 0, count: x.count)
        set.kernels.narrow(x, x.count, storage.type, &out)
        return out
    }

    @Test("Every stored value widens exactly", arguments: KernelSet.all)
    func widensExactly(set: KernelSet) {
        let f16 = widened(set, Self.everyHalf, .f16)
        let bf16 = widened(set, Self.everyHalf, .bf16)
        var wrong = 0
        for (i, bits) in Self.everyHalf.enumerated() {
            let half = Float(exactValue(f16: bits))
            let upper = exactValue(bf16: bits)
            if half.isNaN ? !f16[i].isNaN : f16[i].bitPattern != half.bitPattern { wrong += 1 }
            if upper.isNaN ? !bf16[i].isNaN : bf16[i].bitPattern != upper.bitPattern { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test("Every stored value comes back", arguments: KernelSet.all, [Storage.f16, .bf16])
    func roundTrips(set: KernelSet, storage: Storage) {
        let values = widened(set, Self.everyHalf, storage)
        let back = narrowed(set, values, storage)
        // The bit that tells a quiet NaN from a signalling one, which may be set on the way.
        let quiet: UInt16 = storage == .f16 ? 0x200 : 0x40
        let same = zip(back, zip(Self.everyHalf, values)).allSatisfy { back, from in
            back == (from.1.isNaN ? from.0 | quiet : from.0)
        }
        #expect(same)
    }

    @Test("Halfway goes to the even neighbour", arguments: KernelSet.all, [Storage.f16, .bf16])
    func roundsToNearestEven(set: KernelSet, storage: Storage) {
        // From each finite value to its successor in magnitude, the last one being infinity.
        let infinity: UInt16 = storage == .f16 ? 0x7C00 : 0x7F80
        var halfway: [Float] = []
        for bits in 0..<infinity {
            switch storage {
            case .bf16:
                halfway.append(Float(bitPattern: UInt32(bits) << 16 | 0x8000))
            default:
                let next = bits + 1 == infinity ? 65536 : exactValue(f16: bits + 1)
                halfway.append(Float((exactValue(f16: bits) + next) / 2))
            }
        }
        for sign: UInt16 in [0, 0x8000] {
            let factor: Float = sign == 0 ? 1 : -1
            let at = narrowed(set, halfway.map { $0 * factor }, storage)
            let below = narrowed(set, halfway.map { $0.nextDown * factor }, storage)
            let above = narrowed(set, halfway.map { $0.nextUp * factor }, storage)
            let wrong = (0..<infinity).count { bits in
                let i = Int(bits)
                let even = bits + (bits & 1)
                return at[i] != sign | even || below[i] != sign | bits || above[i] != sign | (bits + 1)
            }
            #expect(wrong == 0)
        }
    }

    @Test("Out of range becomes infinity, too small becomes zero", arguments: KernelSet.all)
    func saturates(set: KernelSet) {
        let x: [Float] = [65520, 65519.9, -1e30, .infinity, 0x1p-25, 0x1.000002p-25, -0x1p-26, -0.0, .nan]
        let f16 = narrowed(set, x, .f16)
        #expect(f16.prefix(8) == [0x7C00, 0x7BFF, 0xFC00, 0x7C00, 0, 1, 0x8000, 0x8000])
        #expect(exactValue(f16: f16[8]).isNaN)
        // Signalling NaN whose payload would be cut off must not become infinity.
        let payload = Float(bitPattern: 0xFF80_0001)
        #expect(exactValue(f16: narrowed(set, [payload], .f16)[0]).isNaN)
        let bf16 = narrowed(set, [payload, .greatestFiniteMagnitude, -.infinity], .bf16)
        #expect(bf16 == [0xFFC0, 0x7F80, 0xFF80])
    }

    @Test("Every length and alignment", arguments: KernelSet.all, Storage.allCases)
    func convertsEveryLength(set: KernelSet, storage: Storage) {
        for n in lengthsAroundLanes {
            for offset in misalignments {
                let stored = StoredBlock(random: n, as: storage, seed: 20, offset: offset)
                let wide = Block([Float](repeating: 0, count: n), offset: offset)
                set.kernels.widen(stored.pointer(), storage.type, n, wide.start)
                #expect(wide.isFenced)
                #expect(wide.values == stored.values)
                if storage == .f32 {
                    let narrow = Block([Float](repeating: 0, count: n), offset: offset)
                    set.kernels.narrow(wide.start, n, storage.type, narrow.start)
                    #expect(narrow.isFenced)
                    #expect(narrow.values == stored.values)
                } else {
                    let narrow = Block([UInt16](repeating: 0, count: n), offset: offset)
                    set.kernels.narrow(wide.start, n, storage.type, narrow.start)
                    #expect(narrow.isFenced)
                    #expect(widened(set, narrow.values, storage) == stored.values)
                }
            }
        }
    }
}
