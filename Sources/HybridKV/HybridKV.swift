/// The engine as one library: everything that another program needs to open a checkpoint, prefill a prompt, plan a
/// compressed cache, decode over it, and look at what it did.
///
/// The layers behind it, from the bottom up, stand in `Sources/Engine`; what they keep to themselves is `package`.
@_exported import KVDecode
@_exported import KVFacts
@_exported import KVFiles
@_exported import KVInputs
@_exported import KVLive
@_exported import KVMethods
@_exported import KVModel
@_exported import KVNumerics
@_exported import KVStudy
