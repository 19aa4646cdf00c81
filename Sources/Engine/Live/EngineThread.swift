#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread of its own with every signal blocked, so that signals reach the thread that owns the terminal.
final class EngineThread: @unchecked Sendable {
    // Safety: `handle` is set before the object is shared and read by `join` alone.
    private var handle: pthread_t?

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts `body`; nil when the system gives no thread.
    init?(_ body: @escaping @Sendable () -> Void) {
        var everything = sigset_t()
        var before = sigset_t()
        sigfillset(&everything)
        // A crash must still reach its handler on the thread that crashed.
        for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&everything, signal) }
        pthread_sigmask(SIG_SETMASK, &everything, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 8 << 20)
        let context = Unmanaged.passRetained(Body(body)).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = pthread_create(
            &thread, &attributes,
            { context in
                #if canImport(Glibc)
                    guard let context else { return nil }
                #endif
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        guard status == 0 else {
            Unmanaged<Body>.fromOpaque(context).release()
            return nil
        }
        handle = thread
    }

    /// Waits for the thread's end.
    func join() {
        if let handle { pthread_join(handle, nil) }
        handle = nil
    }
}
