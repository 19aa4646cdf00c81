import InspectorWords
import KVFacts

/// A command as `:help` and completion know it; `CommandParser` gives it its meaning.
package struct CommandDescription: Sendable, Hashable {
    /// The word behind the colon.
    package let name: String
    /// What follows, for people.
    package let arguments: String
    /// One line for the help.
    package let summary: String
    /// What the source of the run must be able to do for it.
    package let needs: RunCapability?
}

/// The commands, in the order of the help.
package enum CommandTable {
    /// Every command.
    package static let all: [CommandDescription] = run + CompareCommands.all

    private static let run: [CommandDescription] = [
        command("budget", "12% | 0.12", "plan again with another budget", needs: .replan),
        command("method", "NAME[@12%]", "plan again with another method", needs: .replan),
        command("set", "KEY=VALUE", "plan again with a parameter of the method", needs: .replan),
        command("head", "L H CLASS", "force a head: static, dynamic, full or auto", needs: .force),
        command(
            "draft", "KEY=VALUE", "change the draft: budget, method, a parameter, or L H CLASS", needs: .draft
        ),
        command("apply", "", "plan again with the draft", needs: .replan),
        command("revert", "", "drop the draft", needs: .draft),
        command("verify", "", "measure live and draft by a short lockstep run", needs: .verify),
        command("why", "", "why the selected head has its class and rows"),
        command("prompt", "TEXT", "ask TEXT about the current pictures", needs: .open),
        command("restart", "", "decode again from the start", needs: .restart),
        command("step", "N", "N steps, then pause", needs: .step),
        command("pace", "N", "about N tokens per second; 0 for full speed", needs: .pace),
        command("lane", "NAME", "budget, used, hit, recall, loads, text or fate"),
        command("goto", "SCREEN", ScreenName.allCases.map(\.rawValue).joined(separator: ", ")),
        command("save", "PATH", "write this screen to a text file"),
        command("checks", "", "list the checks"),
        command("help", "", "keys and commands"),
        command("q", "", "leave"),
    ]

    private static func command(
        _ name: String, _ arguments: String, _ summary: String, needs: RunCapability? = nil
    ) -> CommandDescription {
        CommandDescription(name: name, arguments: arguments, summary: summary, needs: needs)
    }
}
