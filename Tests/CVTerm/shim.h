// libvterm, a terminal without a window. Bit-fields and the colour union are awkward from Swift: they stay here.
#ifndef CVTERM_SHIM_H
#define CVTERM_SHIM_H

#if __has_include(<vterm.h>)
#include <vterm.h>
#else
#error "libvterm headers not found. Debian, Ubuntu: sudo apt-get install libvterm-dev"
#include <stop_here_because_libvterm_is_missing.h>
#endif
#include <stdint.h>

/// The scalar at a place; a blank when there is nothing.
static inline uint32_t vt_scalar(const VTermScreen *screen, int32_t line, int32_t column) {
    VTermPos place = {line, column};
    VTermScreenCell cell;
    if (!vterm_screen_get_cell(screen, place, &cell) || cell.chars[0] == 0) return ' ';
    return cell.chars[0];
}

/// Where the cursor is.
static inline void vt_cursor(VTerm *terminal, int32_t *line, int32_t *column) {
    VTermPos place;
    vterm_state_get_cursorpos(vterm_obtain_state(terminal), &place);
    *line = place.row;
    *column = place.col;
}

#endif
