import Platform
import DSPyCore
import OrderedJSON

/// A chat completion of the common kind, read straight out of its bytes: one text, no tool calls, no reasoning.
///
/// It gives exactly what ``OpenAIChatDialect`` makes of the whole tree, or nothing; whoever gets nothing reads the tree.
struct PlainChatCompletion {
    /// Members that may stand only once here; JSON lets them stand again, and the last one counts.
    private struct Members: OptionSet {
        let rawValue: Int
        static let choices = Members(rawValue: 1)
        static let message = Members(rawValue: 2)
        static let content = Members(rawValue: 4)
        static let finish = Members(rawValue: 8)
        static let model = Members(rawValue: 16)
        static let usage = Members(rawValue: 32)
        static let inputDetails = Members(rawValue: 64)
        static let outputDetails = Members(rawValue: 128)
    }

    private var seen: Members = []
    private var text = ""
    private var finishReason = "stop"
    private var model: String?
    private var usage = OpenAIUsage()

    /// Reads a body; nil when it is anything but plain.
    static func response(from body: [UInt8], model: String) -> LMResponse? {
        body.withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes)
            var completion = PlainChatCompletion()
            guard completion.read(&scanner), scanner.isAtEnd(), completion.seen.contains(.content) else { return nil }
            return LMResponse(
                outputs: [LMResponse.Output(text: completion.text, finishReason: completion.finishReason)],
                usage: completion.usage.json, model: completion.model ?? model)
        }
    }

    private mutating func isFirst(_ member: Members) -> Bool { seen.insert(member).inserted }

    private mutating func read(_ scanner: inout JSONScanner) -> Bool {
        scanner.object { scanner, key in
            if key.spells("choices") { return isFirst(.choices) && readChoices(&scanner) }
            if key.spells("usage") { return isFirst(.usage) && readUsage(&scanner) }
            if key.spells("error") { return scanner.null() }
            guard key.spells("model") else { return scanner.skip() }
            guard isFirst(.model), let name = scanner.string(), !name.isEmpty else { return false }
            model = name
            return true
        }
    }

    private mutating func readChoices(_ scanner: inout JSONScanner) -> Bool {
        var isFirstChoice = true
        return scanner.array { scanner in
            guard isFirstChoice else { return scanner.skip() }
            isFirstChoice = false
            return readChoice(&scanner)
        }
    }

    private mutating func readChoice(_ scanner: inout JSONScanner) -> Bool {
        scanner.object { scanner, key in
            if key.spells("message") { return isFirst(.message) && readMessage(&scanner) }
            if key.spells("error") { return scanner.null() }
            guard key.spells("finish_reason") else { return scanner.skip() }
            guard isFirst(.finish), let reason = scanner.string(), !reason.isEmpty, reason != "error" else {
                return false
            }
            finishReason = reason
            return true
        }
    }

    private mutating func readMessage(_ scanner: inout JSONScanner) -> Bool {
        scanner.object { scanner, key in
            if key.spells("content") {
                guard isFirst(.content), let content = scanner.string(), !content.isEmpty else { return false }
                text = content
                return true
            }
            let saysMore =
                key.spells("tool_calls") || key.spells("reasoning") || key.spells("reasoning_content")
                || key.spells("refusal")
            return saysMore ? scanner.null() : scanner.skip()
        }
    }

    private mutating func readUsage(_ scanner: inout JSONScanner) -> Bool {
        scanner.object { scanner, key in
            if key.spells("prompt_tokens") { return Self.read(&scanner, into: &usage.prompt) }
            if key.spells("completion_tokens") { return Self.read(&scanner, into: &usage.completion) }
            if key.spells("total_tokens") { return Self.read(&scanner, into: &usage.total) }
            if key.spells("prompt_tokens_details") { return isFirst(.inputDetails) && readInputDetails(&scanner) }
            if key.spells("completion_tokens_details") { return isFirst(.outputDetails) && readOutputDetails(&scanner) }
            // The names that OpenAI's responses use stand in for others that are missing.
            let isOtherName = key.starts(with: "input_".utf8) || key.starts(with: "output_".utf8)
            return !isOtherName && scanner.skip()
        }
    }

    private mutating func readInputDetails(_ scanner: inout JSONScanner) -> Bool {
        scanner.object { scanner, key in
            if key.spells("cached_tokens") { return Self.read(&scanner, into: &usage.cached) }
            if key.spells("cache_write_tokens") { return Self.read(&scanner, into: &usage.cacheWritten) }
            if key.spells("audio_tokens") { return Self.read(&scanner, into: &usage.promptAudio) }
            return scanner.skip()
        }
    }

    private mutating func readOutputDetails(_ scanner: inout JSONScanner) -> Bool {
        scanner.object { scanner, key in
            if key.spells("reasoning_tokens") { return Self.read(&scanner, into: &usage.reasoning) }
            if key.spells("audio_tokens") { return Self.read(&scanner, into: &usage.completionAudio) }
            return scanner.skip()
        }
    }

    /// Reads a count that was not there before.
    private static func read(_ scanner: inout JSONScanner, into count: inout JSON?) -> Bool {
        guard count == nil, let number = scanner.int() else { return false }
        count = .int(number)
        return true
    }
}
