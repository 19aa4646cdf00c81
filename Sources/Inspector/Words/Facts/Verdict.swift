import KVFacts

/// The verdict in a word, and why.
package struct Verdict {
    package let word: String
    package let reason: String
    package let isWarning: Bool
    package let isOpen: Bool

    package init(_ model: InspectorModel) {
        if case .failed(let reason) = model.mode {
            word = "FAILED"
            self.reason = TokenText.visible(reason, asciiOnly: false)
            isWarning = true
            isOpen = false
            return
        }
        let checks = model.checks
        let warnings = checks.filter { $0.outcome == .warn }
        isWarning = !warnings.isEmpty
        isOpen = checks.isEmpty
        if isOpen {
            word = "--"
            reason = "no plan to check yet"
        } else if let first = warnings.first {
            word = "WARN \(warnings.count)"
            reason = "\(first.name): \(first.detail)" + (warnings.count > 1 ? "  (w lists all)" : "")
        } else {
            let open = checks.filter { $0.outcome == .open }.count
            word = "OK"
            reason =
                "\(NumberText.count(checks.count - open, "check")) passed"
                + (open > 0 ? ", \(open) open" : "") + ": "
                + (checks.first.map { "\($0.name), \($0.detail)" } ?? "")
        }
    }
}
