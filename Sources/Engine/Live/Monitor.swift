import KVNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A lock that threads can wait at for a change, with or without a deadline.
final class Monitor: @unchecked Sendable {
    // Safety: both are made by `init`, destroyed by `deinit`, and used in between by pthread functions alone.

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        changed = .allocate(capacity: 1)
        changed.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        #if canImport(Glibc)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` alone.
    func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Runs `body` alone and wakes a thread that waits.
    func change<Result>(_ body: () -> Result) -> Result {
        locked {
            defer { pthread_cond_signal(changed) }
            return body()
        }
    }

    /// Waits for a change until `condition` holds or the deadline, in nanoseconds of the monotonic clock, has passed;
    /// then runs `body`. Nobody else runs in between.
    func wait<Result>(until deadline: UInt64?, for condition: () -> Bool, then body: () -> Result) -> Result {
        locked {
            while !condition() {
                guard let deadline else {
                    pthread_cond_wait(changed, mutex)
                    continue
                }
                guard timedWait(until: deadline) else { break }
            }
            return body()
        }
    }

    /// False when the deadline has passed.
    private func timedWait(until deadline: UInt64) -> Bool {
        #if canImport(Glibc)
            var time = timespec(
                tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
            return pthread_cond_timedwait(changed, mutex, &time) == 0
        #else
            let now = Stopwatch.now()
            guard deadline > now else { return false }
            var time = timespec(
                tv_sec: Int((deadline - now) / 1_000_000_000), tv_nsec: Int((deadline - now) % 1_000_000_000))
            return pthread_cond_timedwait_relative_np(changed, mutex, &time) == 0
        #endif
    }
}
