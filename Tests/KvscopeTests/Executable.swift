import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What one run of the real executable said, without a terminal.
struct Outcome {
    let code: Int32
    let output: String
    let error: String

    /// Lines on standard error.
    var errorLines: [Substring] { error.split(separator: "\n") }
}

/// The real executable, its streams going to files.
enum Executable {
    struct Refused: Error {}

    /// `kvscope`, beside the test bundle.
    static var path: String {
        let bundle = CommandLine.arguments.first ?? ""
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
            + "/kvscope"
    }

    /// Runs it to its end; standard input is empty.
    static func run(_ arguments: String..., program: String = path) throws -> Outcome {
        try run(arguments, program: program)
    }

    /// What is always set; no configuration of the person who runs the tests is read.
    static let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"]

    /// The same, for a list of arguments.
    static func run(
        _ arguments: [String], program: String = path, environment added: [String: String] = [:]
    ) throws -> Outcome {
        let output = try temporaryFile()
        let error = try temporaryFile()
        defer {
            for file in [output, error] {
                close(file.descriptor)
                unlink(file.path)
            }
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, error.descriptor, 2)
        var process = pid_t()
        let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        let environment = environment.merging(added) { $1 }
        let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { (words + variables).forEach { free($0) } }
        guard posix_spawn(&process, program, &actions, nil, words + [nil], variables + [nil]) == 0 else {
            throw Refused()
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        // A signal shows as a negative number.
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
        return Outcome(code: code, output: content(output.descriptor), error: content(error.descriptor))
    }

    private static func temporaryFile() throws -> (descriptor: Int32, path: String) {
        var name = Array("/tmp/kvscope-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw Refused() }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return (descriptor, String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    private static func content(_ descriptor: Int32) -> String {
        lseek(descriptor, 0, SEEK_SET)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
