// Cells and frames.
#ifndef TERMINAL_OUTPUT_H
#define TERMINAL_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

/// Attributes of a cell, as bits.
enum {
    KVT_BOLD = 1,
    KVT_REVERSE = 2,
    KVT_UNDERLINE = 4,
    KVT_DIM = 8,
};

/// One glyph and how it looks.
typedef struct {
    uint32_t scalar;    // a Unicode scalar
    uint8_t columns;    // 1 or 2: what the caller laid out
    uint8_t attributes; // KVT_ bits
    int32_t pair;       // 0 for the terminal's own colours
} kvt_cell;

/// Reads the size from the system and follows it.
void kvt_size(int32_t *_Nonnull columns, int32_t *_Nonnull lines);

/// Empties the next frame.
void kvt_erase(void);

/// Puts a cell into the next frame. Outside of the screen nothing happens.
void kvt_put(int32_t column, int32_t line, kvt_cell cell);

/// The scalar that is shown for `scalar`: itself if it takes `columns` columns and cannot steer the terminal,
/// otherwise a replacement of one column. Pure, but for the locale's width table.
uint32_t kvt_safe_scalar(uint32_t scalar, int32_t columns, bool unicode);

/// Defines a colour pair; -1 stands for the terminal's own colour. False when curses refuses.
bool kvt_define_pair(int32_t pair, int32_t foreground, int32_t background);

/// Forgets all pairs. Every cell has to be put again.
void kvt_forget_pairs(void);

/// Makes the next frame paint everything, whatever the terminal shows now.
void kvt_repaint(void);

/// Sends the frame; the cursor ends at the given cell, or is hidden when the column is negative.
void kvt_flush(int32_t column, int32_t line);

#endif
