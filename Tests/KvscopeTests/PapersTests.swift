import Foundation
import TestSupport
import Testing

/// The papers for people who come after name files; a file that moves takes its name along.
@Suite struct PapersTests {
    @Test(arguments: ["Sources/README.md", "Tests/README.md", ".github/CONTRIBUTING.md", "README.md"])
    func namedFilesAreThere(paper: String) throws {
        let text = try String(contentsOfFile: Repository.path(paper), encoding: .utf8)
        let named = text.split(separator: "`").map(String.init).filter { word in
            ["Sources/", "Tests/", "samples/"].contains { word.hasPrefix($0) }
                && word.allSatisfy { $0.isLetter || $0.isNumber || "/._-+".contains($0) }
        }
        for name in named where !name.hasSuffix("/name.py") && !name.contains("NamePolicy") {
            #expect(FileManager.default.fileExists(atPath: Repository.path(name)), "\(paper) names \(name)")
        }
        #expect(paper == "README.md" || named.count > 5, "\(paper) names hardly a file: is it still read?")
    }
}
