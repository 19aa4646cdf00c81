// Safety: written once in init, before the object can be shared; read-only afterwards.
/// Bytes that were copied because their place in the file does not suit their element type.
final class AlignedCopy: @unchecked Sendable {
    /// The copy; aligned to 64 bytes.
    let bytes: UnsafeRawBufferPointer

    init(_ source: UnsafeRawBufferPointer) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
        memory.copyMemory(from: source)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit {
        bytes.deallocate()
    }
}
