import HybridKV

let compute = Compute()
let checkpoint = try Checkpoint(folder: "samples/tiny-vl")
let model = try VisionLanguageModel(checkpoint)
let preparer = try PromptPreparer(model)
let planner = try Planner(MethodSettings(name: "hybridkv", budget: 0.4, parameters: ["theta": "q:0.25"]))

let question = Message(
    role: .user, content: [.image("samples/pictures/single.png"), .text("Describe the picture.")])
let prompt = try preparer.prepare(PromptRequest(messages: [question])).prompt
let prefilled = try model.prefill(prompt, compute: compute)
let plan = try planner.plan(try prefilled.evidence(for: planner, compute: compute))
let options = SessionOptions(stopTokens: preparer.stopTokens)
var session = try DecodeSession(
    model: model, consuming: prefilled, plan: plan, options: options, compute: compute)

var text = StreamingDetokenizer(preparer.tokenizer)
while let step = try session.step() { print(text.append(step.token), terminator: "") }
print(text.finish(), "\nresident", session.memory.residentBytes, "of", session.memory.fullBytes, "bytes")
