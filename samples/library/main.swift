import HybridKV

let bench = try Workbench(folder: "samples/tiny-vl")
let question = Message(
    role: .user, content: [.image("samples/pictures/single.png"), .text("Describe the picture.")])
var session = try bench.session(asking: [question], under: "hybridkv(theta=q:0.25)@40%")

var text = StreamingDetokenizer(bench.tokenizer)
while let step = try session.step() { print(text.append(step.token), terminator: "") }
print(text.finish(), "\nresident", session.memory.residentBytes, "of", session.memory.fullBytes, "bytes")
