#ifndef HKV_PNG_PIXELS_H
#define HKV_PNG_PIXELS_H
/* Decoding PNG with libpng's full interface: the simplified one converts colours by the file's gamma, and
   Swift cannot call setjmp. Included by codecs.h, behind libpng's own header. */
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// What a PNG decoder reads from and where it leaves its complaint.
typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t offset;
    char message[96];
} hkv_png_source;

static inline void hkv_png_read(png_structp png, png_bytep out, size_t count) {
    hkv_png_source *source = (hkv_png_source *)png_get_io_ptr(png);
    if (count > source->count - source->offset) png_error(png, "the file ends early");
    memcpy(out, source->bytes + source->offset, count);
    source->offset += count;
}

static inline void hkv_png_fail(png_structp png, png_const_charp text) {
    hkv_png_source *source = (hkv_png_source *)png_get_error_ptr(png);
    strncpy(source->message, text, sizeof source->message - 1);
    png_longjmp(png, 1);
}

static inline void hkv_png_warn(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

/// Decodes a PNG into 8-bit RGB or RGBA rows without gaps; 16-bit samples keep their high byte.
///
/// `channels` and the size must be those that hkv_png_size gave. Returns 1, or 0 with source->message set.
static inline int hkv_png_decode(
    hkv_png_source *_Nonnull source, uint8_t *_Nonnull pixels, uint32_t width, uint32_t height, int channels) {
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, source, hkv_png_fail, hkv_png_warn);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        strcpy(source->message, "out of memory");
        return 0;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return 0;
    }
    source->offset = 0;
    png_set_read_fn(png, source, hkv_png_read);
    png_read_info(png, info);
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    const size_t row = (size_t)width * (size_t)channels;
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height ||
        png_get_rowbytes(png, info) != row)
        png_error(png, "the size changed between reading and decoding");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + y * row, NULL);
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}

/// Reads a PNG's size and how many channels (3 or 4) hkv_png_decode will write. Returns 1, or 0 with a message.
static inline int hkv_png_size(
    hkv_png_source *_Nonnull source, uint32_t *_Nonnull width, uint32_t *_Nonnull height,
    int *_Nonnull channels) {
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, source, hkv_png_fail, hkv_png_warn);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        strcpy(source->message, "out of memory");
        return 0;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return 0;
    }
    source->offset = 0;
    png_set_read_fn(png, source, hkv_png_read);
    png_read_info(png, info);
    *width = png_get_image_width(png, info);
    *height = png_get_image_height(png, info);
    const int has_alpha =
        (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
    *channels = has_alpha ? 4 : 3;
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}
#endif
