import KVFacts

/// The mean colours of a picture, four by four in every cell of its grid; made once, when the prompt is prepared.
package struct PictureThumbnail: Sendable, Hashable {
    /// Samples per cell in each direction.
    package static let samples = 4
    /// Cells.
    package let rows: Int
    package let columns: Int
    /// [rows * samples, columns * samples].
    package let colours: [PictureColour]

    /// Means over the picture, in which what differs from the whole picture's mean counts more: a small shape on a
    /// large ground is still seen.
    package init(_ picture: RGBImage, rows: Int, columns: Int) {
        let ground = Self.mean(picture, 0..<picture.width, 0..<picture.height, ground: nil)
        self.rows = max(0, rows)
        self.columns = max(0, columns)
        let height = self.rows * Self.samples
        let width = self.columns * Self.samples
        var colours: [PictureColour] = []
        colours.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width {
                colours.append(
                    Self.mean(
                        picture, (x * picture.width / width)..<((x + 1) * picture.width / width),
                        (y * picture.height / height)..<((y + 1) * picture.height / height), ground: ground))
            }
        }
        self.colours = colours
    }

    /// Mean of a part of a cell, given in samples of the whole picture.
    package func colour(x: Range<Int>, y: Range<Int>) -> PictureColour {
        var sum = (0, 0, 0, 0)
        let width = columns * Self.samples
        for row in y where 0..<(rows * Self.samples) ~= row {
            for column in x where 0..<width ~= column {
                let colour = colours[row * width + column]
                sum = (
                    sum.0 + Int(colour.red), sum.1 + Int(colour.green), sum.2 + Int(colour.blue), sum.3 + 1
                )
            }
        }
        let count = max(1, sum.3)
        return PictureColour(UInt8(sum.0 / count), UInt8(sum.1 / count), UInt8(sum.2 / count))
    }

    /// - Parameter ground: the colour whose like counts least; nil for a plain mean of every fourth row and column.
    private static func mean(
        _ picture: RGBImage, _ x: Range<Int>, _ y: Range<Int>, ground: PictureColour?
    ) -> PictureColour {
        var (red, green, blue, total) = (0, 0, 0, 0)
        let step = ground == nil ? 4 : 1
        let ground = ground.map { (Int($0.red), Int($0.green), Int($0.blue)) }
        picture.pixels.withUnsafeBufferPointer { pixels in
            for row in stride(from: y.lowerBound, to: y.upperBound, by: step) {
                for column in stride(from: x.lowerBound, to: x.upperBound, by: step) {
                    let place = (row * picture.width + column) * 3
                    guard place + 2 < pixels.count else { continue }
                    let (r, g, b) = (Int(pixels[place]), Int(pixels[place + 1]), Int(pixels[place + 2]))
                    var weight = 1
                    if let ground {
                        let (dr, dg, db) = (r - ground.0, g - ground.1, b - ground.2)
                        weight += (dr * dr + dg * dg + db * db) / 2048
                    }
                    red += weight * r
                    green += weight * g
                    blue += weight * b
                    total += weight
                }
            }
        }
        let count = max(1, total)
        return PictureColour(UInt8(red / count), UInt8(green / count), UInt8(blue / count))
    }
}

/// A colour of a picture.
package struct PictureColour: Sendable, Hashable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Perceived lightness in 0...1 (Rec. 601 weights on the stored values).
    package var lightness: Double {
        (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255
    }

    /// Grey, and moved towards black or white: how a token that is not resident looks.
    package func faded(towardsWhite: Bool) -> PictureColour {
        let grey = lightness * 255
        // Dark pictures must not sink into a black background, nor light ones into a white one.
        let level = towardsWhite ? 235 - (255 - grey) * 0.25 : 20 + grey * 0.3
        return PictureColour(UInt8(level), UInt8(level), UInt8(level))
    }

    /// The nearest colour of the xterm palette's cube and greys.
    package var paletteIndex: UInt8 {
        let cube = [red, green, blue].map { Self.nearestLevel(Int($0)) }
        let cubeColour = cube.map { PaletteColour.levels[$0] }
        let mean = (Int(red) + Int(green) + Int(blue)) / 3
        let greyStep = min(23, max(0, (mean - 3) / 10))
        let grey = 8 + 10 * greyStep
        let closest = PictureColour(UInt8(cubeColour[0]), UInt8(cubeColour[1]), UInt8(cubeColour[2]))
        if distance(to: PictureColour(UInt8(grey), UInt8(grey), UInt8(grey))) < distance(to: closest) {
            return UInt8(232 + greyStep)
        }
        return UInt8(16 + 36 * cube[0] + 6 * cube[1] + cube[2])
    }

    /// The squared distance of the channels.
    package func distance(to other: PictureColour) -> Int {
        let (r, g, b) = (
            Int(red) - Int(other.red), Int(green) - Int(other.green), Int(blue) - Int(other.blue)
        )
        return r * r + g * g + b * b
    }

    private static func nearestLevel(_ value: Int) -> Int {
        value < 48 ? 0 : value < 115 ? 1 : min(5, (value - 35) / 40)
    }
}
