// The terminal as plain functions: cells go out, keys come in, signals arrive on a pipe, and whatever ends the
// process leaves the terminal as it was. Nothing of ncurses shows through, so Swift imports no macros, no variadics
// and no mutable globals.
//
// There is one terminal. Unless a comment says otherwise, call these functions from one thread.
#ifndef CTERMINAL_H
#define CTERMINAL_H

#include "terminal_input.h"
#include "terminal_output.h"
#include "terminal_process.h"
#include "terminal_session.h"

#endif
