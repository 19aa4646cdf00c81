#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H
#if !__has_include(<png.h>)
#error "libpng headers not found: sudo apt-get install libpng-dev, or run samples/setup"
#elif !__has_include(<turbojpeg.h>)
#error "TurboJPEG headers not found: sudo apt-get install libturbojpeg0-dev, or run samples/setup"
#elif !__has_include(<webp/decode.h>)
#error "libwebp headers not found: sudo apt-get install libwebp-dev, or run samples/setup"
#elif !__has_include(<libexif/exif-data.h>)
#error "libexif headers not found: sudo apt-get install libexif-dev, or run samples/setup"
#else
#include <stdio.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <libexif/exif-data.h>
#include "png_pixels.h"
#endif
#endif
