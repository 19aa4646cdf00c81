import InspectorWords
import KVFacts

/// What the source of the run lets a person do.
extension InspectorModel {
    /// Why a request cannot be followed by this source, or nil when it can.
    package func obstacle(to request: Request) -> String? { source.obstacle(request.need(on: screen)) }

    /// The keys, as they are bound.
    package var keyMap: KeyMap { boundKeys ?? .standard }

    /// The keys that mean something on the screen in front, with this source.
    package var offeredKeys: [KeyBinding] {
        keyMap.bindings.filter { $0.screens.contains(screen) && obstacle(to: $0.request) == nil }
    }

    /// The commands that can be typed, with this source.
    package var offeredCommands: [Command] {
        CommandTable.typed.filter { source.obstacle($0.needs) == nil }
    }

    /// Why a typed command cannot be followed by this source, whatever stands behind it; nil when it can.
    package func obstacle(toCommand line: String) -> String? {
        guard let (name, _) = CommandParser.split(line) else { return nil }
        return source.obstacle(CommandTable.command(named: name)?.needs)
    }

    /// The screens that there are, with this source.
    package var offeredScreens: [ScreenName] {
        ScreenName.allCases.filter { obstacle(to: .show($0)) == nil }
    }
}
