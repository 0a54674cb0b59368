import OrderedJSON

extension OpenAIChatDialect {
    /// Writes `reasoning_effort` in the server's spelling; other spellings are passed on as they are.
    func addReasoning(_ options: JSONObject, to body: inout JSONObject) {
        guard var word = options["reasoning_effort"]?.string else {
            body["reasoning_effort"] = options["reasoning_effort"]
            return
        }
        if word == "none" || word == "off", let least = compat.leastEffort { word = least }
        let isOff = word == "none" || word == "off"
        let effort = JSON.string(isOff ? "none" : compat.nearest(to: word))
        switch compat.thinking {
        case .effort:
            body["reasoning_effort"] = effort
        case .openRouter:
            body["reasoning"] = isOff ? ["enabled": false] : ["effort": effort]
        case .deepSeek:
            body["thinking"] = ["type": isOff ? "disabled" : "enabled"]
            if !isOff { body["reasoning_effort"] = effort }
        case .kimi where isOff:
            body["thinking"] = ["type": "disabled"]
        case .kimi:
            body["reasoning_effort"] = effort
        }
    }
}
