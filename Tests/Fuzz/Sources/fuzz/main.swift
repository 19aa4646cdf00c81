import CFuzzDriver

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// fuzz TARGET [libFuzzer's arguments]
guard CommandLine.argc > 1, let name = CommandLine.unsafeArgv[1], let body = targets[String(cString: name)]
else {
    print("usage: fuzz TARGET [ARGUMENT...]; targets: \(targets.keys.sorted().joined(separator: " "))")
    exit(2)
}
var count = CommandLine.argc - 1
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
exit(LLVMFuzzerRunDriver(&count, &arguments, body))
