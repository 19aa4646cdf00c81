#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Safety: the mapping is private, read-only and never changes between init and deinit.
/// A file mapped read-only into memory for as long as this object lives.
///
/// A file that another process shortens while it is mapped raises SIGBUS on access, as for every mapping.
final class MappedFile: @unchecked Sendable {
    /// The whole file; page aligned.
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws(FileFailure) {
        let (descriptor, size) = try InputFile.open(path)
        defer { close(descriptor) }
        guard size > 0 else { throw FileFailure(path: path, reason: "is empty") }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw InputFile.failure(path, errno)
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}

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
