// Opening, leaving, coming back, closing.
#include "terminal_session.h"
#include "terminal_output.h"
#include "session.h"
#include "wide_curses.h"

#include <term.h> // defines words such as "columns" and "lines" as macros: after our own headers

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

kvt_session kvt_now = {-1, -1, -1, -1, false, false};
static FILE *input_file, *output_file;
static SCREEN *screen_handle;

bool kvt_is_terminal(int32_t descriptor) { return isatty(descriptor) == 1; }

const char *kvt_environment(const char *name) { return getenv(name); }

kvt_description kvt_describe(const char *name) {
    kvt_description found = {false, false, 0};
    int error = 0;
    if (kvt_now.tty >= 0 || name[0] == 0) return found;
    if (setupterm((char *)name, STDOUT_FILENO, &error) != OK) {
        // A "generic" entry is known, but nothing can be drawn with it.
        found.known = error == 1;
        return found;
    }
    const char *addressing = tigetstr("cup");
    int colours = tigetnum("colors");
    found = (kvt_description){true, addressing != NULL && addressing != (char *)-1, colours > 0 ? colours : 0};
    del_curterm(cur_term);
    return found;
}

// Wide characters need a UTF-8 locale. The language stays what it is: numbers are printed by Swift, not by C.
static bool have_utf8_locale(void) {
    const char *candidates[] = {"", "C.UTF-8", "en_US.UTF-8", "UTF-8"};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (setlocale(LC_CTYPE, candidates[i]) == NULL) continue;
        const char *codeset = nl_langinfo(CODESET);
        if (codeset != NULL && (strcmp(codeset, "UTF-8") == 0 || strcmp(codeset, "utf8") == 0)) return true;
    }
    return false;
}

// Every family that either knows synchronised output or is known to pass over modes it does not know.
static bool may_synchronise(const char *name) {
    const char *families[] = {"xterm", "tmux", "screen", "foot", "alacritty", "wezterm", "ghostty", "kitty",
        "contour", "rio", "konsole", "vte", "gnome", "mintty", "iterm"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (strncmp(name, families[i], strlen(families[i])) == 0) return true;
    }
    return false;
}

static void close_descriptors(void) {
    if (output_file != NULL) fclose(output_file);
    if (input_file != NULL) fclose(input_file);
    input_file = output_file = NULL;
    if (kvt_now.tty >= 0) close(kvt_now.tty);
    if (kvt_now.null_device >= 0) close(kvt_now.null_device);
    kvt_now = (kvt_session){-1, -1, -1, -1, false, false};
}

// Descriptors of our own: standard input may be a pipe, and standard output is taken away from the terminal.
static kvt_opening open_descriptors(void) {
    if (!isatty(STDOUT_FILENO)) return KVT_NO_TERMINAL;
    kvt_now.input = isatty(STDIN_FILENO) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10)
                                         : open("/dev/tty", O_RDONLY | O_CLOEXEC);
    if (kvt_now.input < 0) return KVT_NO_TERMINAL;
    input_file = fdopen(kvt_now.input, "r");
    kvt_now.output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    if (kvt_now.output >= 0) output_file = fdopen(kvt_now.output, "w");
    kvt_now.null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
    kvt_now.tty = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    bool complete = input_file != NULL && output_file != NULL && kvt_now.null_device >= 0 && kvt_now.tty >= 0;
    return complete ? KVT_OPENED : KVT_SYSTEM_ERROR;
}

// cbreak leaves flow control and "next character literally" on; both eat keys. Ctrl-C, Ctrl-Z and Ctrl-\ stay
// signals.
static void free_more_keys(void) {
    struct termios modes;
    if (tcgetattr(kvt_now.tty, &modes) != 0) return;
    modes.c_iflag &= ~(tcflag_t)IXON;
    modes.c_lflag &= ~(tcflag_t)IEXTEN;
    tcsetattr(kvt_now.tty, TCSANOW, &modes);
    def_prog_mode();
}

static void paste_marks(bool on) {
    kvt_write_all(kvt_now.output, on ? "\x1b[?2004h" : "\x1b[?2004l", 8);
}

static void set_up_curses(const kvt_setup *setup, kvt_screen *screen) {
    set_escdelay(setup->escape_milliseconds);
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    typeahead(-1); // A frame is sent whole, also while keys are held.
    free_more_keys();
    kvt_keys_define();
    paste_marks(true);
    *screen = (kvt_screen){.unicode = kvt_now.unicode};
    // Without colour no colour function may run: start_color alone sends a sequence.
    if (!setup->colour || !has_colors() || start_color() == ERR) return;
    screen->colours = COLORS;
    screen->default_colours = use_default_colors() == OK;
    // Pair numbers are 16 bits in some terminals' entries although more is promised.
    int pairs = KVT_EXTENDED_PAIRS ? 65535 : 32767;
    screen->pairs = COLOR_PAIRS - 1 < pairs ? COLOR_PAIRS - 1 : pairs;
}

kvt_opening kvt_open(const kvt_setup *setup, kvt_screen *screen) {
    if (kvt_now.tty >= 0) return KVT_ALREADY_OPEN;
    kvt_opening outcome = open_descriptors();
    if (outcome == KVT_OPENED) {
        kvt_now.unicode = have_utf8_locale() && setup->unicode;
        kvt_now.synchronised = may_synchronise(setup->name);
        // The environment's idea of the size would win over the real one and freeze it. This, rather than
        // unsetenv, because other threads may be reading the environment.
        use_env(FALSE);
        // With that alone the size would be the entry's, and the Linux console's entry has none: newterm would fail.
        use_tioctl(TRUE);
        if (!kvt_guard_install(setup->name, setup->colour)) outcome = KVT_UNKNOWN_TERMINAL;
    }
    if (outcome != KVT_OPENED) {
        close_descriptors();
        return outcome;
    }
    // Before curses, which takes over only what is at its default; once more after it, to be sure.
    bool ready = kvt_signals_install() && kvt_streams_capture();
    kvt_guard_arm(true);
    screen_handle = ready ? newterm((char *)setup->name, output_file, input_file) : NULL;
    if (screen_handle == NULL) {
        kvt_guard_remove();
        kvt_streams_release();
        kvt_signals_remove();
        close_descriptors();
        return ready ? KVT_UNKNOWN_TERMINAL : KVT_SYSTEM_ERROR;
    }
    set_term(screen_handle);
    kvt_signals_install();
    set_up_curses(setup, screen);
    return KVT_OPENED;
}

// In the background (a script around us was stopped first, and the shell is back already) the modes are the
// shell's: they are put back after endwin has set ours.
static void leave_screen(void) {
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    struct termios theirs = *kvt_shell_modes();
    if (!kvt_in_foreground()) tcgetattr(kvt_now.tty, &theirs);
    paste_marks(false);
    curs_set(1);
    endwin();
    tcsetattr(kvt_now.tty, TCSANOW, &theirs);
    kvt_guard_arm(false);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    kvt_streams_release();
}

void kvt_close(void) {
    if (kvt_now.tty < 0) return;
    leave_screen();
    kvt_guard_remove();
    kvt_signals_remove();
    delscreen(screen_handle);
    screen_handle = NULL;
    close_descriptors();
}

void kvt_suspend(void) {
    if (kvt_now.tty < 0) return;
    leave_screen();
    kvt_stop_process();
    kvt_resume();
}

void kvt_resume(void) {
    if (kvt_now.tty < 0) return;
    // Stops us again, as it should, when we were continued in the background: nothing below has run yet then.
    reset_prog_mode();
    kvt_streams_capture();
    kvt_guard_arm(true);
    kvt_forget_continuation();
    paste_marks(true);
    kvt_repaint();
}
