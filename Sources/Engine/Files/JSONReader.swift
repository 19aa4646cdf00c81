/// Parses JSON text (RFC 8259) strictly: UTF-8, unique keys, paired surrogates, bounded depth.
package struct JSONReader {
    /// Deeper nesting than any configuration file has; keeps hostile files from exhausting the stack.
    static let depthLimit = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var depth = 0

    /// The value of a whole JSON text.
    package static func parse(_ bytes: [UInt8]) throws(JSONFailure) -> JSON {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONFailure) in try parse(buffer) }
        }
        return try result.get()
    }

    /// The value of a whole JSON text.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONFailure) -> JSON {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw reader.failure("text after the value") }
        return value
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    // MARK: Values

    private mutating func value() throws(JSONFailure) -> JSON {
        skipSpace()
        guard let byte = peek else { throw failure("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { (reader) throws(JSONFailure) in try reader.object() }
        case UInt8(ascii: "["): return try nested { (reader) throws(JSONFailure) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("unexpected byte \(byte)")
        }
    }

    private mutating func nested(
        _ body: (inout JSONReader) throws(JSONFailure) -> JSON
    ) throws(JSONFailure) -> JSON {
        guard depth < Self.depthLimit else { throw failure("more than \(Self.depthLimit) nested levels") }
        depth += 1
        offset += 1
        let result = try body(&self)
        depth -= 1
        return result
    }

    private mutating func object() throws(JSONFailure) -> JSON {
        var object = JSONObject()
        var seen = Set<ExactString>()
        skipSpace()
        if take("}") { return .object(object) }
        while true {
            skipSpace()
            let start = offset
            guard peek == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
            let key = try string()
            guard seen.insert(ExactString(key)).inserted else {
                throw JSONFailure(offset: start, problem: "the key \"\(key)\" appears twice")
            }
            skipSpace()
            guard take(":") else { throw failure("expected ':' after a key") }
            object.members.append((key, try value()))
            skipSpace()
            if take("}") { return .object(object) }
            guard take(",") else { throw failure("expected ',' or '}' in an object") }
        }
    }

    private mutating func array() throws(JSONFailure) -> JSON {
        var values: [JSON] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            values.append(try value())
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw failure("expected ',' or ']' in an array") }
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONFailure) -> JSON {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[offset..<end].elementsEqual($0) }) else {
            throw failure("expected \(word)")
        }
        offset = end
        return value
    }

    private mutating func number() throws(JSONFailure) -> JSON {
        let start = offset
        _ = take("-")
        guard let first = peek, isDigit(first) else { throw failure("a number without digits") }
        if first == UInt8(ascii: "0") {
            offset += 1
            if let next = peek, isDigit(next) { throw failure("a number with a leading zero") }
        } else {
            skipDigits()
        }
        var isInteger = true
        if take(".") {
            isInteger = false
            guard skipDigits() > 0 else { throw failure("a number that ends in '.'") }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            guard skipDigits() > 0 else { throw failure("a number with an empty exponent") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw JSONFailure(offset: start, problem: "a number too large to hold")
        }
        return .double(value)
    }

    // MARK: Strings

    private mutating func string() throws(JSONFailure) -> String {
        offset += 1
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let text = try text(UnsafeBufferPointer(rebasing: bytes[start..<offset]), at: start)
                offset += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw failure("a control character inside a string") }
            offset += 1
        }
        throw failure("a string without its closing quote")
    }

    private mutating func escapedString(from start: Int) throws(JSONFailure) -> String {
        var content = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                let result = content.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
                guard let result else { throw JSONFailure(offset: start, problem: "a string is not UTF-8") }
                return result
            case UInt8(ascii: "\\"):
                content.append(contentsOf: UTF8.encode(try escape()) ?? .init())
            case 0..<0x20: throw failure("a control character inside a string")
            default: content.append(byte)
            }
        }
        throw failure("a string without its closing quote")
    }

    private mutating func escape() throws(JSONFailure) -> Unicode.Scalar {
        guard let byte = peek else { throw failure("the text ends inside an escape") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONFailure) -> Unicode.Scalar {
        let start = offset - 2
        let first = try hexQuad()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let lone = JSONFailure(
            offset: start, problem: "half of a surrogate pair (\\u escape) without its partner")
        guard UTF16.isLeadSurrogate(first), take("\\"), take("u") else { throw lone }
        let second = try hexQuad()
        guard UTF16.isTrailSurrogate(second) else { throw lone }
        let high = UInt32(first & 0x3FF) << 10
        guard let scalar = Unicode.Scalar(0x10000 + high + UInt32(second & 0x3FF)) else { throw lone }
        return scalar
    }

    private mutating func hexQuad() throws(JSONFailure) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80
            else {
                throw failure("a \\u escape needs four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }

    private func text(_ slice: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONFailure) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONFailure(offset: start, problem: "a string is not UTF-8")
        }
        return text
    }

    // MARK: Bytes

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    @discardableResult
    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = peek, isDigit(byte) { offset += 1 }
        return offset - start
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func failure(_ problem: String) -> JSONFailure { JSONFailure(offset: offset, problem: problem) }
}
