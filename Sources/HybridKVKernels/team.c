// A team of threads for jobs of microseconds: workers wait for the next one spinning, and sleep when it takes
// longer than the serial stretch between two products of a model.
#include "internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    LINE = 128,                // two cache lines: neighbours are fetched in pairs
    SPINS = 3000,              // pauses before sleeping, some tens of microseconds
    STACK_BYTES = 4 << 20,     // macOS would give half a megabyte, which the packed panels could exceed
    SERIAL_PRODUCTS = 200000,  // multiply-adds below which waking a worker costs more than it saves
    MOST_PARTS = 1 << 30,      // of one round: what the ticket's lower half can count with room to spare
};

typedef void (*body_function)(void *context, size_t part, size_t worker);

typedef struct {
    hkv_team *team;
    size_t number;
    pthread_t thread;
} worker;

// How a late worker is kept from a job that is over: `ticket` holds the job's number in its upper half and the
// count of parts not yet taken in the lower one. A worker reads the ticket, then the job, and takes a part by
// exchanging that very ticket. When the exchange succeeds, the job still had a part to give, so the caller was
// still in it and had not begun to write the next one: what was read belongs together. When it fails, what was
// read is thrown away. The count goes down so that "none left" can be told from the ticket alone: a limit read
// from a field might be the next job's. The fields are atomic because such useless reads may meet a write.
struct hkv_team {
    _Alignas(LINE) _Atomic uint64_t ticket;
    _Atomic(body_function) body;
    _Atomic(void *) context;
    _Atomic size_t first, parts;

    _Alignas(LINE) _Atomic size_t done;

    // Sleeping: counters are written under the lock and read without it to skip needless wake-ups.
    _Alignas(LINE) pthread_mutex_t lock;
    pthread_cond_t job_ready, parts_done;
    _Atomic size_t sleepers;
    _Atomic int caller_sleeps, stops;

    size_t size;
    worker *workers;
};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static uint64_t job_number(uint64_t ticket) { return ticket >> 32; }

/// Runs parts of the job that `ticket` belongs to until none is left.
static void run_parts(hkv_team *team, uint64_t ticket, size_t number) {
    uint64_t job = job_number(ticket);
    body_function body = atomic_load_explicit(&team->body, memory_order_relaxed);
    void *context = atomic_load_explicit(&team->context, memory_order_relaxed);
    size_t first = atomic_load_explicit(&team->first, memory_order_relaxed);
    size_t parts = atomic_load_explicit(&team->parts, memory_order_relaxed);
    size_t left;
    while (job_number(ticket) == job && (left = (uint32_t)ticket) > 0) {
        // Release keeps the loads above before the exchange; on failure `ticket` is read anew.
        if (!atomic_compare_exchange_weak_explicit(&team->ticket, &ticket, ticket - 1, memory_order_acq_rel,
                                                   memory_order_acquire))
            continue;
        body(context, first + parts - left, number);
        ticket = atomic_load_explicit(&team->ticket, memory_order_acquire);
        // The caller returns only after this, so until here nothing of the job can change.
        if (atomic_fetch_add(&team->done, 1) + 1 == parts && atomic_load(&team->caller_sleeps)) {
            pthread_mutex_lock(&team->lock);
            pthread_cond_signal(&team->parts_done);
            pthread_mutex_unlock(&team->lock);
        }
    }
}

/// Waits for a job other than `seen`; returns its ticket, or `seen` itself when the team stops.
static uint64_t next_job(hkv_team *team, uint64_t seen) {
    uint64_t ticket = seen;
    for (int i = 0; i < SPINS; i++) {
        ticket = atomic_load_explicit(&team->ticket, memory_order_acquire);
        if (job_number(ticket) != job_number(seen)) return ticket;
        pause_briefly();
    }
    pthread_mutex_lock(&team->lock);
    // Counted before the last look at the ticket, as the caller writes the ticket before it counts sleepers:
    // one of the two sees the other.
    atomic_fetch_add(&team->sleepers, 1);
    for (;;) {
        ticket = atomic_load(&team->ticket);
        if (job_number(ticket) != job_number(seen) || atomic_load(&team->stops)) break;
        pthread_cond_wait(&team->job_ready, &team->lock);
    }
    atomic_fetch_sub(&team->sleepers, 1);
    pthread_mutex_unlock(&team->lock);
    return ticket;
}

static void *work(void *argument) {
    worker *self = argument;
    uint64_t seen = 0;
    for (;;) {
        uint64_t ticket = next_job(self->team, seen);
        if (job_number(ticket) == job_number(seen)) return NULL;
        seen = ticket;
        run_parts(self->team, ticket, self->number);
    }
}

/// Runs parts first..<first + parts.
static void run_round(hkv_team *team, size_t first, size_t parts, body_function body, void *context) {
    atomic_store_explicit(&team->body, body, memory_order_relaxed);
    atomic_store_explicit(&team->context, context, memory_order_relaxed);
    atomic_store_explicit(&team->first, first, memory_order_relaxed);
    atomic_store_explicit(&team->parts, parts, memory_order_relaxed);
    atomic_store_explicit(&team->done, 0, memory_order_relaxed);
    uint64_t ticket = (job_number(atomic_load(&team->ticket)) + 1) << 32 | parts;
    atomic_store(&team->ticket, ticket);

    size_t sleepers = atomic_load(&team->sleepers);
    if (sleepers) {
        // Taking the lock once waits for a worker that is between its last look and its sleep.
        pthread_mutex_lock(&team->lock);
        for (size_t i = 0; i < sleepers && i + 1 < parts; i++) pthread_cond_signal(&team->job_ready);
        pthread_mutex_unlock(&team->lock);
    }
    run_parts(team, ticket, 0);

    for (int i = 0; i < SPINS && atomic_load_explicit(&team->done, memory_order_acquire) < parts; i++)
        pause_briefly();
    if (atomic_load_explicit(&team->done, memory_order_acquire) < parts) {
        pthread_mutex_lock(&team->lock);
        atomic_store(&team->caller_sleeps, 1);
        while (atomic_load(&team->done) < parts) pthread_cond_wait(&team->parts_done, &team->lock);
        atomic_store(&team->caller_sleeps, 0);
        pthread_mutex_unlock(&team->lock);
    }
}

void hkv_team_run(hkv_team *team, size_t parts, body_function body, void *context) {
    if (team->size == 1 || parts == 1) {
        for (size_t part = 0; part < parts; part++) body(context, part, 0);
        return;
    }
    for (size_t first = 0; first < parts; first += MOST_PARTS)
        run_round(team, first, parts - first < MOST_PARTS ? parts - first : MOST_PARTS, body, context);
}

// MARK: Life

size_t hkv_team_size(const hkv_team *team) { return team->size; }

void hkv_team_destroy(hkv_team *team) {
    pthread_mutex_lock(&team->lock);
    atomic_store(&team->stops, 1);
    pthread_cond_broadcast(&team->job_ready);
    pthread_mutex_unlock(&team->lock);
    for (size_t i = 0; i + 1 < team->size; i++) pthread_join(team->workers[i].thread, NULL);
    pthread_cond_destroy(&team->parts_done);
    pthread_cond_destroy(&team->job_ready);
    pthread_mutex_destroy(&team->lock);
    free(team->workers);
    free(team);
}

hkv_team *hkv_team_create(size_t threads) {
    size_t wanted = threads < 1 ? 1 : threads;
    void *memory = NULL;
    if (posix_memalign(&memory, LINE, sizeof(hkv_team))) return NULL;
    hkv_team *team = memory;
    *team = (hkv_team){.size = 1, .workers = calloc(wanted, sizeof(worker))};
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->job_ready, NULL);
    pthread_cond_init(&team->parts_done, NULL);

    // Workers inherit the mask: signals are for the threads that the program knows.
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    while (team->workers && team->size < wanted) {
        worker *next = &team->workers[team->size - 1];
        *next = (worker){.team = team, .number = team->size};
        if (pthread_create(&next->thread, &attributes, work, next)) break;
        team->size++;
    }
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (team->workers && team->size == wanted) return team;
    hkv_team_destroy(team);
    return NULL;
}

// MARK: Products

typedef struct {
    const hkv_kernels *kernels;
    size_t m, n, k, lda, ldb, ldc;
    const float *a, *bias;
    const void *b;
    hkv_type b_type;
    float *c;
    size_t rows, columns, column_parts;  // of one part, and how many parts lie side by side
} product;

static void run_product_part(void *context, size_t part, size_t number) {
    (void)number;
    const product *p = context;
    size_t top = part / p->column_parts * p->rows, left = part % p->column_parts * p->columns;
    size_t rows = p->m - top < p->rows ? p->m - top : p->rows;
    size_t columns = p->n - left < p->columns ? p->n - left : p->columns;
    p->kernels->matmul_nt(rows, columns, p->k, p->a + top * p->lda, p->lda,
                          hkv_element(p->b, p->b_type, left * p->ldb), p->b_type, p->ldb,
                          p->bias ? p->bias + left : NULL, p->c + top * p->ldc + left, p->ldc);
}

static size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }

void hkv_team_matmul_nt(hkv_team *team, const hkv_kernels *kernels, size_t m, size_t n, size_t k, const float *a,
                        size_t lda, const void *b, hkv_type b_type, size_t ldb, const float *bias, float *c,
                        size_t ldc) {
    if (m == 0 || n == 0) return;
    double work = (double)m * (double)n * (double)(k ? k : 1);
    if (team->size == 1 || work < SERIAL_PRODUCTS) {
        kernels->matmul_nt(m, n, k, a, lda, b, b_type, ldb, bias, c, ldc);
        return;
    }
    // A few parts for each thread, so that one that is late costs a part and not its whole share, but none so
    // small that handing it out shows. Columns are cut first: every part then reads its own weights.
    double most = work / (SERIAL_PRODUCTS / 4);
    size_t parts = most < (double)(4 * team->size) ? (size_t)most : 4 * team->size;
    size_t columns = quotient_up(n, parts);
    columns = quotient_up(columns, 24) * 24;  // whole tiles of every set
    size_t column_parts = quotient_up(n, columns);
    size_t rows = quotient_up(m, quotient_up(parts, column_parts));
    rows = quotient_up(rows, 4) * 4;
    product whole = {
        .kernels = kernels, .m = m, .n = n, .k = k, .lda = lda, .ldb = ldb, .ldc = ldc, .a = a, .bias = bias,
        .b = b, .b_type = b_type, .c = c, .rows = rows, .columns = columns, .column_parts = column_parts,
    };
    hkv_team_run(team, column_parts * quotient_up(m, rows), run_product_part, &whole);
}
