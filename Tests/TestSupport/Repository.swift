/// Where tests find the files that the repository carries.
public enum Repository {
    /// The checkout's root folder.
    public static let root: String = {
        // This file is Tests/TestSupport/Repository.swift.
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }()

    /// The path of a file inside the checkout.
    public static func path(_ relative: String) -> String { root + "/" + relative }

    /// The bundled sample checkpoint.
    public static var sampleModel: String { path("samples/tiny-vl") }
}
