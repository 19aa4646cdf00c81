import ArgumentParser
import HybridKV

/// `kvscope methods`: what there is to choose from, with every parameter.
struct MethodsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "methods", abstract: "List the methods with their parameters, source and standing.")

    @Flag(help: "Print the table of the README.")
    var markdown = false

    @Flag(help: "Print one JSON object: names, types, ranges, defaults, units and meanings.")
    var json = false

    func validate() throws {
        if markdown, json {
            throw ValidationError("--markdown and --json are two forms; expected one of them")
        }
    }

    func run() throws {
        if json { return print(try MethodsReport(MethodRegistry.methods).json()) }
        print(markdown ? table : MethodRegistry.methods.map(describe).joined(separator: "\n\n"))
    }

    private var table: String {
        let rows = MethodRegistry.methods.map {
            "| `\($0.name)` | \($0.summary) | \($0.source) | \($0.standing) |"
        }
        return (["| method | what it does | source | standing |", "| --- | --- | --- | --- |"] + rows)
            .joined(separator: "\n")
    }

    private func describe(_ method: MethodDescription) -> String {
        var lines = [
            "\(method.name)  \(method.title)", "  \(method.summary)", "  source    \(method.source)",
            "  standing  \(method.standing)",
        ]
        if method.parameters.isEmpty {
            lines.append("  no parameters")
        } else {
            lines.append(
                "  parameters, set with --set key=value, or in brackets: \(method.name)(key=value,...)")
            for parameter in method.parameters {
                lines.append("    \(parameter.key)=\(parameter.defaultValue ?? "")")
                lines.append("        \(parameter.meaning)")
                lines.append(
                    "        takes \(parameter.type.expected)" + (parameter.unit.map { " (\($0))" } ?? ""))
            }
        }
        if !method.variants.isEmpty {
            lines.append("  variants, for --method \(method.name):NAME")
            for variant in method.variants {
                let set = variant.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                lines.append("    \(variant.name)  \(set.joined(separator: ", "))")
                lines.append("        \(variant.meaning)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
