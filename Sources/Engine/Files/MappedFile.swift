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
