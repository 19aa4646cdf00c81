import KVFacts
import KVNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Commands on their way to the decode thread, which may wait for them, with or without a deadline.
final class CommandQueue: @unchecked Sendable {
    // Safety: `commands` and `isStopped` are touched only while the mutex is held.

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var commands: [LiveCommand] = []
    private var stopped = false

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

    /// Adds a command.
    func send(_ command: LiveCommand) {
        locked { commands.append(command) }
    }

    /// Asks the thread to end.
    func stop() {
        locked { stopped = true }
    }

    /// True once `stop` was called.
    var isStopped: Bool { locked { stopped } }

    /// True when the prompt that is being worked on is no longer wanted.
    var abandonsPrompt: Bool {
        locked {
            stopped
                || commands.contains {
                    if case .open = $0 { true } else { false }
                }
        }
    }

    /// All commands so far; returns at once.
    func takeAll() -> [LiveCommand] {
        locked {
            defer { commands.removeAll(keepingCapacity: true) }
            return commands
        }
    }

    /// Waits until there is a command, `stop` was called, or the deadline, in nanoseconds of the monotonic clock, has
    /// passed.
    func wait(until deadline: UInt64?) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while commands.isEmpty, !stopped {
            guard let deadline else {
                pthread_cond_wait(changed, mutex)
                continue
            }
            guard timedWait(until: deadline) else { return }
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

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_signal(changed)
            pthread_mutex_unlock(mutex)
        }
        return body()
    }
}
