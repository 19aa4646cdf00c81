// The one place that includes ncurses, so that a missing package is named once and clearly.
#ifndef WIDE_CURSES_H
#define WIDE_CURSES_H

#if __has_include(<ncurses.h>)
#define NCURSES_WIDECHAR 1 // before the include: without it there is no cchar_t and no get_wch
#ifdef __APPLE__
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#include <ncurses.h>
#else
#error "ncurses headers not found. Debian, Ubuntu: sudo apt-get install libncurses-dev"
#include <stop_here_because_ncurses_is_missing.h>
#endif

// ncurses 6.1 brought pairs and colours beyond the range of a short.
#if NCURSES_VERSION_PATCH >= 20180127
#define KVT_EXTENDED_PAIRS 1
#else
#define KVT_EXTENDED_PAIRS 0
#endif

#endif
