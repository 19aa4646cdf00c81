#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that could not be read, and why.
public struct FileFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path as it was given.
    public let path: String
    /// What the system said, or which limit the file broke.
    public let reason: String

    /// A failure to read `path`.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// "path: reason".
    public var description: String { "\(path): \(reason)" }
}

/// Reads whole small files; weights are mapped instead (`MappedFile`).
package enum InputFile {
    /// True when something that is not a folder can be found at `path`.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }

    /// Throws unless `path` is a folder that can be listed.
    static func requireFolder(_ path: String) throws(FileFailure) {
        guard let folder = opendir(path) else { throw failure(path, errno) }
        closedir(folder)
    }

    /// The bytes of a regular file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        let (descriptor, size) = try open(path)
        defer { close(descriptor) }
        guard size <= limit else {
            throw FileFailure(path: path, reason: "\(size) bytes, more than the limit of \(limit)")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        var problem: Int32 = 0
        bytes.withUnsafeMutableBytes { buffer in
            while filled < size {
                let count = systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                if count > 0 {
                    filled += count
                } else if count == 0 || errno != EINTR {
                    problem = count == 0 ? 0 : errno
                    return
                }
            }
        }
        guard problem == 0 else { throw failure(path, problem) }
        guard filled == size else {
            throw FileFailure(path: path, reason: "ended after \(filled) of \(size) bytes")
        }
        return bytes
    }

    /// A descriptor of a regular file, and its size in bytes. The caller closes it.
    static func open(_ path: String) throws(FileFailure) -> (descriptor: Int32, size: Int) {
        // O_NONBLOCK: a pipe under this name must be refused below, not waited for.
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw failure(path, code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw FileFailure(
                path: path, reason: isFolder ? "is a folder, not a file" : "is not a regular file")
        }
        return (descriptor, Int(status.st_size))
    }

    static func failure(_ path: String, _ code: Int32) -> FileFailure {
        FileFailure(path: path, reason: strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }
}

// The C functions under names that the methods above do not hide.
private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}
