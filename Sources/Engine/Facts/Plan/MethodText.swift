/// A method as people write it everywhere: `name[:variant][(key=value,key=value)][@budget]`.
///
/// `hybridkv(theta=q:0.25,chunk=4)@10%`, `adakv(scorer=keydiff)@20%`, `@10%`. This knows the form alone; `MethodWish`
/// knows what there is to name. A value may hold anything: brackets inside it must match, and a value that could not be
/// read back otherwise stands in double quotes, with `\"` and `\\` inside them.
public struct MethodText: Sendable, Hashable {
    /// One `key=value`.
    public struct Assignment: Sendable, Hashable {
        /// The parameter.
        public var key: String
        /// Its value, without the quotes that it was written in.
        public var value: String

        /// States an assignment.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The method; nil when only a budget is written.
    public var name: String?
    /// The word behind the colon.
    public var variant: String?
    /// What stands in the brackets; nil when there are none.
    public var parameters: [Assignment]?
    /// What stands behind the `@`, as a share of the prompt.
    public var budget: Double?

    /// States a method.
    public init(
        name: String?, variant: String? = nil, parameters: [Assignment]? = nil, budget: Double? = nil
    ) {
        self.name = name
        self.variant = variant
        self.parameters = parameters
        self.budget = budget
    }

    /// Reads a method. Spaces between the parts mean nothing.
    /// - Throws: `.malformed`, `.badBudget`, `.budgetTooLarge`.
    public init(parsing text: String) throws(PolicyError) {
        var scanner = Scanner(text)
        let name = scanner.take { $0 == ":" || $0 == "(" || $0 == "@" }.trimmed
        self.name = name.isEmpty ? nil : name
        if scanner.skip(":") { variant = scanner.take { $0 == "(" || $0 == "@" }.trimmed }
        if scanner.skip("(") {
            guard let inner = scanner.inside() else {
                throw .malformed(text, expected: "a closing bracket behind the parameters")
            }
            parameters = try Self.assignments(inner)
        }
        let rest = scanner.rest.trimmed
        if rest.hasPrefix("@") {
            budget = try BudgetText.share(String(rest.dropFirst()).trimmed)
        } else if !rest.isEmpty {
            throw .malformed(rest, expected: "nothing more, or @ and a budget, as in @10%")
        }
        guard self.name != nil || (budget != nil && variant == nil && parameters == nil) else {
            throw .malformed(text.trimmed, expected: "METHOD, METHOD@12% or @12%")
        }
    }

    private static func assignments(_ inner: String) throws(PolicyError) -> [Assignment] {
        guard !inner.trimmed.isEmpty else { return [] }
        var result: [Assignment] = []
        for part in split(inner, at: { $0 == "," }) {
            guard let sign = part.firstIndex(of: "=") else {
                throw .malformed(part.trimmed, expected: "KEY=VALUE inside the brackets")
            }
            let key = part[..<sign].trimmed
            guard let value = unquoted(part[part.index(after: sign)...].trimmed), !key.isEmpty else {
                throw .malformed(part.trimmed, expected: "KEY=VALUE inside the brackets")
            }
            guard !result.contains(where: { $0.key == key }) else {
                throw .malformed("\(key) twice", expected: "each parameter once")
            }
            result.append(Assignment(key: key, value: value))
        }
        return result
    }

    /// Parts of a text between separators that stand outside brackets and quotes; empty parts are kept.
    public static func split(_ text: String, at isSeparator: (Character) -> Bool) -> [String] {
        var scanner = Scanner(text)
        var parts: [String] = []
        repeat { parts.append(scanner.take(until: isSeparator)) } while scanner.skip()
        return parts
    }

    /// A list of methods with spaces or commas between them; brackets hold theirs together.
    public static func list(_ text: String) -> [String] {
        split(text, at: { $0 == " " || $0 == "," }).filter { !$0.isEmpty }
    }

    // MARK: Quotes

    /// The value of a text that may be in quotes; nil when there is none.
    private static func unquoted(_ text: String) -> String? {
        guard text.hasPrefix("\"") else { return text.isEmpty ? nil : text }
        var result = ""
        var isEscaped = false
        var rest = text.dropFirst()
        while let next = rest.popFirst() {
            if isEscaped {
                result.append(next)
                isEscaped = false
            } else if next == "\\" {
                isEscaped = true
            } else if next == "\"" {
                return rest.isEmpty ? result : nil
            } else {
                result.append(next)
            }
        }
        return nil
    }

    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && !value.hasPrefix("\"") && value == value.trimmed
            && split(value, at: { $0 == "," || $0 == ")" }) == [value] && Scanner.isBalanced(value)
        if isPlain { return value }
        let escaped = value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }
}

extension MethodText: CustomStringConvertible {
    /// The text that reads back as this.
    public var description: String {
        let brackets = parameters.map { list in
            "(" + list.map { "\($0.key)=\(Self.quoted($0.value))" }.joined(separator: ",") + ")"
        }
        return (name ?? "") + (variant.map { ":\($0)" } ?? "") + (brackets ?? "")
            + (budget.map { "@" + BudgetText.text($0) } ?? "")
    }
}

/// Goes through a text, over brackets and quotes as wholes.
private struct Scanner {
    private(set) var rest: Substring

    init(_ text: String) { rest = text[...] }

    /// Takes characters up to one that ends, outside brackets and quotes.
    mutating func take(until ends: (Character) -> Bool) -> String {
        let start = rest
        var depth = 0
        while let next = rest.first {
            if depth == 0, ends(next) { break }
            rest.removeFirst()
            switch next {
            case "(": depth += 1
            case ")": depth = max(0, depth - 1)
            case "\"": skipQuoted()
            default: break
            }
        }
        return String(start[..<rest.startIndex])
    }

    /// Takes what stands before the bracket that closes; nil when none does.
    mutating func inside() -> String? {
        let inner = take { $0 == ")" }
        return skip(")") ? inner : nil
    }

    private mutating func skipQuoted() {
        while let next = rest.popFirst(), next != "\"" {
            if next == "\\", !rest.isEmpty { rest.removeFirst() }
        }
    }

    /// Takes one character.
    mutating func skip(_ wanted: Character? = nil) -> Bool {
        guard let first = rest.first, wanted ?? first == first else { return false }
        rest.removeFirst()
        return true
    }

    /// Whether every bracket and quote that opens is closed.
    static func isBalanced(_ text: String) -> Bool {
        var scanner = Scanner("(" + text + ")")
        _ = scanner.skip()
        return scanner.inside() == text && scanner.rest.isEmpty
    }
}

/// A share of the prompt as people write it: `0.1`, `10%`, `10`.
public enum BudgetText {
    /// The share: up to 1 a share (1 is everything), above 1 per cent, with `%` always per cent.
    /// - Throws: `.badBudget` unless it is a number above 0; `.budgetTooLarge` above 100 per cent.
    public static func share(_ text: String) throws(PolicyError) -> Double {
        let isPercent = text.hasSuffix("%")
        guard let number = Double((isPercent ? String(text.dropLast()) : text).filter { $0 != " " }),
            number.isFinite, number > 0
        else { throw .badBudget(text) }
        let share = isPercent || number > 1 ? number / 100 : number
        guard share <= 1 else { throw .budgetTooLarge(text) }
        guard share > 0 else { throw .badBudget(text) }
        return share
    }

    /// The shortest text that `share` reads back: per cent where they are exact.
    public static func text(_ share: Double) -> String {
        let scaled = (share * 1e12).rounded() / 1e10
        let percent = ParameterType.text(scaled)
        return Double(percent).map { $0 / 100 } == share ? percent + "%" : "\(share)"
    }
}

extension StringProtocol {
    /// Without spaces at the ends.
    var trimmed: String {
        let start = self.drop { $0 == " " || $0 == "\t" }
        var text = String(start)
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
