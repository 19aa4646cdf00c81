/// Typed, checked access to the members of a configuration file's object.
package struct Settings: Sendable {
    /// The file's path, for messages.
    let file: String
    /// The object that keys are looked up in.
    package let object: JSONObject
    /// The path of `object` inside the file, for messages: empty or ending in a dot.
    let prefix: String

    /// Parses a file whose top level is an object.
    package init(json: [UInt8], file: String) throws(CheckpointError) {
        let value: JSON
        do throws(JSONFailure) {
            value = try JSONReader.parse(json)
        } catch {
            throw .json(file: file, problem: "\(error)")
        }
        guard let object = value.objectValue else {
            throw .json(file: file, problem: "expected an object, found \(value.kind)")
        }
        self.init(file: file, object: object, prefix: "")
    }

    private init(file: String, object: JSONObject, prefix: String) {
        self.file = file
        self.object = object
        self.prefix = prefix
    }

    /// The nested object under `key`, or `nil` when absent.
    package func nested(_ key: String) throws(CheckpointError) -> Settings? {
        guard let value = object[key] else { return nil }
        guard let object = value.objectValue else { throw error(key, "an object", found: value) }
        return Settings(file: file, object: object, prefix: prefix + key + ".")
    }

    /// An integer inside `range`; `fallback` when absent; an error when absent without fallback.
    package func integer(_ key: String, _ range: ClosedRange<Int>, default fallback: Int? = nil)
        throws(CheckpointError) -> Int
    {
        guard let value = object[key] else {
            if let fallback { return fallback }
            throw error(key, "an integer in \(range)")
        }
        guard let number = value.intValue, range.contains(number) else {
            throw error(key, "an integer in \(range)", found: value)
        }
        return number
    }

    /// A number inside `range`; `fallback` when absent; an error when absent without fallback.
    package func double(
        _ key: String, _ range: ClosedRange<Double>, default fallback: Double? = nil
    ) throws(CheckpointError) -> Double {
        guard let value = object[key] else {
            if let fallback { return fallback }
            throw error(key, "a number in \(range)")
        }
        guard let number = value.doubleValue, range.contains(number) else {
            throw error(key, "a number in \(range)", found: value)
        }
        return number
    }

    /// A boolean; `fallback` when absent.
    package func bool(_ key: String, default fallback: Bool) throws(CheckpointError) -> Bool {
        guard let value = object[key] else { return fallback }
        guard let flag = value.boolValue else { throw error(key, "true or false", found: value) }
        return flag
    }

    /// A list of numbers, or `nil` when absent.
    package func doubles(_ key: String, count: Int, _ range: ClosedRange<Double>) throws(CheckpointError)
        -> [Double]?
    {
        guard let value = object[key] else { return nil }
        let numbers = value.arrayValue?.compactMap(\.doubleValue)
        guard let numbers, numbers.count == value.arrayValue?.count, numbers.count == count,
            numbers.allSatisfy(range.contains)
        else { throw error(key, "\(count) numbers in \(range)", found: value) }
        return numbers
    }

    /// A list of integers inside `range`, or `nil` when absent.
    package func integers(_ key: String, _ range: ClosedRange<Int>) throws(CheckpointError) -> [Int]? {
        guard let value = object[key] else { return nil }
        let numbers = value.arrayValue?.compactMap(\.intValue)
        guard let numbers, numbers.count == value.arrayValue?.count, numbers.allSatisfy(range.contains) else {
            throw error(key, "integers in \(range)", found: value)
        }
        return numbers
    }

    /// Throws when `key` is present with another value than the only supported one.
    package func require(_ key: String, is supported: String) throws(CheckpointError) {
        guard let value = object[key] else { return }
        guard value.stringValue == supported else { throw error(key, "\"\(supported)\"", found: value) }
    }

    /// An error about `key` in this object.
    package func error(_ key: String, _ expected: String, found: JSON? = nil) -> CheckpointError {
        .setting(file: file, key: prefix + key, expected: expected, found: found?.summary ?? "missing")
    }
}
