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

/// A colour: -1 for the terminal's own, a place in its palette, or 0x1000000 and red, green and blue.
typedef int32_t vt_colour;

/// A cell of the screen.
typedef struct {
    uint32_t scalar;  // a blank when there is nothing; 0 in the second column of a wide glyph
    int32_t columns;  // that the glyph takes
    vt_colour foreground;
    vt_colour background;
    int32_t bold;
    int32_t underlined;
    int32_t reverse;
} vt_cell;

static inline vt_colour vt_colour_of(const VTermColor *colour, int is_own) {
    if (is_own) return -1;
    if (VTERM_COLOR_IS_INDEXED(colour)) return colour->indexed.idx;
    return 0x1000000 | colour->rgb.red << 16 | colour->rgb.green << 8 | colour->rgb.blue;
}

/// The cell at a place.
static inline vt_cell vt_cell_at(const VTermScreen *screen, int32_t line, int32_t column) {
    VTermPos place = {line, column};
    VTermScreenCell cell;
    if (!vterm_screen_get_cell(screen, place, &cell)) return (vt_cell){' ', 1, -1, -1, 0, 0, 0};
    return (vt_cell){
        .scalar = cell.chars[0] == 0 ? ' ' : cell.chars[0] == UINT32_MAX ? 0 : cell.chars[0],
        .columns = cell.width > 1 ? cell.width : 1,
        .foreground = vt_colour_of(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)),
        .background = vt_colour_of(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)),
        .bold = cell.attrs.bold,
        .underlined = cell.attrs.underline != VTERM_UNDERLINE_OFF,
        .reverse = cell.attrs.reverse,
    };
}

/// Where the cursor is.
static inline void vt_cursor(VTerm *terminal, int32_t *line, int32_t *column) {
    VTermPos place;
    vterm_state_get_cursorpos(vterm_obtain_state(terminal), &place);
    *line = place.row;
    *column = place.col;
}

#endif
