#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures wall time on the monotonic clock.
struct Stopwatch {
    private var start: UInt64

    init() {
        start = Stopwatch.now()
    }

    /// Nanoseconds of the monotonic clock.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Nanoseconds since the last lap; starts the next.
    mutating func nanoseconds() -> Int {
        let now = Stopwatch.now()
        defer { start = now }
        return Int(now &- start)
    }

    /// Milliseconds since the last lap; starts the next.
    mutating func lap() -> Double { Double(nanoseconds()) / 1e6 }
}
