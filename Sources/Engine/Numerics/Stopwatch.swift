#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures wall time on the monotonic clock.
package struct Stopwatch {
    private var start: UInt64

    package init() {
        start = Stopwatch.now()
    }

    /// Nanoseconds of the monotonic clock.
    package static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Nanoseconds since the last lap; starts the next.
    package mutating func nanoseconds() -> Int {
        let now = Stopwatch.now()
        defer { start = now }
        return Int(now &- start)
    }

    /// Milliseconds since the last lap; starts the next.
    package mutating func lap() -> Double { Double(nanoseconds()) / 1e6 }
}
