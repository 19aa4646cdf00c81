/// A parsed JSON value.
///
/// Why not `JSONDecoder`: a safetensors header must be refused when it names a tensor twice, the order of
/// merges and vocabularies matters, and a vocabulary must be keyed by its exact scalars, where a Swift
/// dictionary of strings joins canonically equivalent keys. This reader is also faster on large vocabularies.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits.
    case integer(Int)
    case double(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    /// What the value is, for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .double: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// A short rendering of the value for messages.
    package var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): value.unicodeScalars.count <= 60 ? "\"\(value)\"" : "a long string"
        case .array(let values): "an array of \(values.count)"
        case .object(let object): "an object of \(object.members.count)"
        }
    }

    var isNull: Bool {
        if case .null = self { return true }
        return false
    }

    package var objectValue: JSONObject? {
        if case .object(let value) = self { return value }
        return nil
    }

    package var arrayValue: [JSON]? {
        if case .array(let value) = self { return value }
        return nil
    }

    package var stringValue: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// An integer, also when written as 3.0.
    var intValue: Int? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    package var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}

/// The members of a JSON object in file order; keys are unique.
package struct JSONObject: Sendable {
    package var members: [(key: String, value: JSON)] = []

    /// The member of that name; `nil` when absent or null.
    /// - Complexity: O(members).
    package subscript(_ key: String) -> JSON? {
        // Scalars, not characters: "é" in two spellings is two keys.
        let found = members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
        return found.flatMap { $0.isNull ? nil : $0 }
    }
}

/// Where JSON text broke the rules.
package struct JSONFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Byte offset into the text.
    let offset: Int
    let problem: String

    package var description: String { "JSON error at byte \(offset): \(problem)" }
}

/// A string compared and hashed by its UTF-8 bytes: exact, and faster than canonical equivalence.
package struct ExactString: Hashable, Sendable {
    let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: ExactString, right: ExactString) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
