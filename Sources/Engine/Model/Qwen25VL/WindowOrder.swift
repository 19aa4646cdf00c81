import KVFiles
import KVInputs

/// The order in which the tower sees merged cells: window by window, so that a window is one run of rows.
///
/// Follows `get_window_index`: windows of windowSize pixels, edge windows smaller, never across frames. Hugging Face
/// pads the grid, by a whole window where it divides evenly, and drops the empty windows again; walking the grid
/// window by window gives the same order.
struct WindowOrder {
    /// For every place in window order: the cell's place in raster order, [cells].
    let units: [Int]
    /// Patch ranges that attend to one another in windowed blocks.
    let windows: [Range<Int>]
    /// Patch ranges that attend to one another in full blocks: one frame each.
    let frames: [Range<Int>]

    init(grid: GridTHW, config: Qwen25VLConfig.VisionConfig) {
        let merge = config.spatialMergeSize
        let unit = merge * merge
        let side = max(1, config.windowSize / merge / config.patchSize)
        let rows = grid.h / merge
        let columns = grid.w / merge
        var units: [Int] = []
        units.reserveCapacity(grid.t * rows * columns)
        var windows: [Range<Int>] = []
        for frame in 0..<grid.t {
            for top in stride(from: 0, to: rows, by: side) {
                for left in stride(from: 0, to: columns, by: side) {
                    let start = units.count * unit
                    for row in top..<min(top + side, rows) {
                        for column in left..<min(left + side, columns) {
                            units.append((frame * rows + row) * columns + column)
                        }
                    }
                    windows.append(start..<units.count * unit)
                }
            }
        }
        self.units = units
        self.windows = windows
        let area = grid.h * grid.w
        frames = (0..<grid.t).map { $0 * area..<($0 + 1) * area }
    }
}
