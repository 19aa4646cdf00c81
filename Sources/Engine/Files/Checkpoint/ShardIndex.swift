/// `model.safetensors.index.json`: which file holds which tensor.
struct ShardIndex: Sendable, Hashable {
    /// Tensor name to shard file name, in the index's order.
    let places: [Place]

    /// One line of the weight map.
    struct Place: Sendable, Hashable {
        let tensor: String
        let shard: String
    }

    /// The shard file names, each once, sorted.
    var shards: [String] { Set(places.map(\.shard)).sorted() }

    init(json: [UInt8], file: String) throws(CheckpointError) {
        let settings = try Settings(json: json, file: file)
        guard let map = settings.object["weight_map"]?.objectValue, !map.members.isEmpty else {
            throw settings.error("weight_map", "an object from tensor names to file names")
        }
        var places: [Place] = []
        for (tensor, value) in map.members {
            guard let shard = value.stringValue else {
                throw settings.error("weight_map.\(tensor)", "a file name", found: value)
            }
            guard Self.isPlainFileName(shard) else { throw .shardPath(file: file, name: shard) }
            places.append(Place(tensor: tensor, shard: shard))
        }
        self.places = places
    }

    /// No folder part: an index must not reach outside its own folder.
    private static func isPlainFileName(_ name: String) -> Bool {
        name != "." && name != ".." && !name.isEmpty
            && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 }
    }
}
