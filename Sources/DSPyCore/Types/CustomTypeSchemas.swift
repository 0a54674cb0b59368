import OrderedJSON

/// The JSON schemas of DSPy's own types, which are part of the prompts that mention them.
///
/// - Source: `TypeAdapter(T).json_schema()` of DSPy 3.4.1; the texts are the reference's, byte for byte.
enum CustomTypeSchemas {
    /// The schema of a type; nil for `dspy.Tool`, which has none.
    static func schema(of type: CustomType) -> JSONObject? {
        let text: String
        switch type {
        case .tool: return nil
        case .image: text = image
        case .audio: text = audio
        case .file: text = file
        case .history: text = history
        case .toolCalls: text = toolCalls
        case .reasoning: text = reasoning
        case .code(nil): text = code
        case .code(let language):
            // A subclass made by `dspy.Code[language]` has no docstring of its own.
            return [
                "properties": ["code": ["title": "Code", "type": "string"]], "required": ["code"],
                "title": .string(CustomType.code(language: language).className), "type": "object",
            ]
        }
        return (try? JSON(parsing: text))?.object
    }

    private static let image = #"""
        {"additionalProperties": false, "properties": {"url": {"title": "Url", "type": "string"}}, \#
        "required": ["url"], "title": "Image", "type": "object"}
        """#

    private static let audio = #"""
        {"additionalProperties": false, "description": "An audio input type for DSPy.\n\nConstruct from \#
        in-memory values only: a data URI string, raw ``bytes`` (with\n``audio_format=``), a numpy-like \#
        array, a ``{\"data\", \"audio_format\"}`` dict, or another\n``Audio``. Raw base64 is passed as \#
        ``Audio(data=..., audio_format=...)``. Construction and\nadapter parsing never access the \#
        filesystem or network; use :meth:`from_path` to read a local\nfile, :meth:`from_url` to download a \#
        remote resource, or :meth:`from_array` for array data.", "properties": {"data": {"title": "Data", \#
        "type": "string"}, "audio_format": {"title": "Audio Format", "type": "string"}}, "required": \#
        ["data", "audio_format"], "title": "Audio", "type": "object"}
        """#

    private static let file = #"""
        {"additionalProperties": false, "description": "A file input type for DSPy.\nSee \#
        https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages-user_message-content\#
        -array_of_content_parts-file_content_part-file for specification.\n\nThe file_data field should be \#
        a data URI with the format:\n    data:<mime_type>;base64,<base64_encoded_data>\n\nConstruct from \#
        in-memory values only: raw ``bytes``, a data URI string, \#
        a\n``{\"file_data\"|\"file_id\"|\"filename\"}`` dict, or another ``File``. Construction and \#
        adapter\nparsing never access the filesystem; use :meth:`from_path` to read a local \#
        file,\n:meth:`from_bytes` for raw bytes, or :meth:`from_file_id` to reference a preuploaded \#
        file.\n\nExamples:\n    ```python\n    import dspy\n\n    class QA(dspy.Signature):\n        file: \#
        dspy.File = dspy.InputField()\n        summary = dspy.OutputField()\n    program = \#
        dspy.Predict(QA)\n    result = program(file=dspy.File.from_path(\"./research.pdf\"))\n    \#
        print\#
        (result.summary)\n    ```", "properties": {"file_data": {"anyOf": [{"type": "string"}, \#
        {"type": "null"}], "default": null, "title": "File Data"}, "file_id": {"anyOf": [{"type": \#
        "string"}, {"type": "null"}], "default": null, "title": "File Id"}, "filename": {"anyOf": [{"type": \#
        "string"}, {"type": "null"}], "default": null, "title": "Filename"}}, "title": "File", "type": \#
        "object"}
        """#

    private static let history = #"""
        {"additionalProperties": false, "description": "Class representing the conversation history.\n\nThe \#
        conversation history is a list of messages, each message entity should have keys from the \#
        associated signature.\nFor example, if you have the following signature:\n\n```\nclass \#
        MySignature(dspy.Signature):\n    question: str = dspy.InputField()\n    history: dspy.History = \#
        dspy.InputField()\n    answer: str = dspy.OutputField()\n```\n\nThen the history should be a list \#
        of dictionaries with keys \"question\" and \"answer\".\n\nExamples:\n    ```\n    import dspy\n\n   \#
         dspy.configure(lm=dspy.LM(\"openai/gpt-4o-mini\"))\n\n    class MySignature(dspy.Signature):\n     \#
           question: str = dspy.InputField()\n        history: dspy.History = dspy.InputField()\n        \#
        answer: str = dspy.OutputField()\n\n    history = dspy.History(\n        messages=[\n            \#
        {\"question\": \"What is the capital of France?\", \"answer\": \"Paris\"},\n            \#
        {\"question\": \"What is the capital of Germany?\", \"answer\": \"Berlin\"},\n        ]\n    )\n\n  \#
          predict = dspy.Predict(MySignature)\n    outputs = predict(question=\"What is the capital of \#
        France?\", history=history)\n    ```\n\nExample of capturing the conversation history:\n    ```\n   \#
         import dspy\n\n    dspy.configure(lm=dspy.LM(\"openai/gpt-4o-mini\"))\n\n    class \#
        MySignature(dspy.Signature):\n        question: str = dspy.InputField()\n        history: \#
        dspy.History = dspy.InputField()\n        answer: str = dspy.OutputField()\n\n    predict = \#
        dspy.Predict(MySignature)\n    outputs = predict(question=\"What is the capital of France?\")\n    \#
        history = dspy.History(messages=[{\"question\": \"What is the capital of France?\", **outputs}])\n  \#
          outputs_with_history = predict(question=\"Are you sure?\", history=history)\n    ```", \#
        "properties": {"messages": {"items": {"additionalProperties": true, "type": "object"}, "title": \#
        "Messages", "type": "array"}}, "required": ["messages"], "title": "History", "type": "object"}
        """#

    private static let toolCalls = #"""
        {"$defs": {"ToolCall": {"properties": {"name": {"title": "Name", "type": "string"}, "args": \#
        {"additionalProperties": true, "title": "Args", "type": "object"}}, "required": ["name", "args"], \#
        "title": "ToolCall", "type": "object"}}, "properties": {"tool_calls": {"items": {"$ref": \#
        "#/$defs/ToolCall"}, "title": "Tool Calls", "type": "array"}}, "required": ["tool_calls"], "title": \#
        "ToolCalls", "type": "object"}
        """#

    private static let code = #"""
        {"description": "Code type in DSPy.\n\nThis type is useful for code generation and code \#
        analysis.\n\nExample 1: dspy.Code as output type in code generation:\n\n```python\nimport \#
        dspy\n\ndspy.configure(lm=dspy.LM(\"openai/gpt-4o-mini\"))\n\n\nclass \#
        CodeGeneration(dspy.Signature):\n    '''Generate python code to answer the question.'''\n\n    \#
        question: str = dspy.InputField(description=\"The question to answer\")\n    code: \#
        dspy.Code[\"java\"] = dspy.OutputField(description=\"The code to execute\")\n\n\npredict = \#
        dspy.Predict(CodeGeneration)\n\nresult = predict(question=\"Given an array, find if any of the two \#
        numbers sum up to 10\")\nprint\#
        (result.code)\n```\n\nExample 2: dspy.Code as input type in code \#
        analysis:\n\n```python\nimport dspy\nimport \#
        inspect\n\ndspy.configure(lm=dspy.LM(\"openai/gpt-4o-mini\"))\n\nclass \#
        CodeAnalysis(dspy.Signature):\n    '''Analyze the time complexity of the function.'''\n\n    code: \#
        dspy.Code[\"python\"] = dspy.InputField(description=\"The function to analyze\")\n    result: str = \#
        dspy.OutputField(description=\"The time complexity of the function\")\n\n\npredict = \#
        dspy.Predict(CodeAnalysis)\n\n\ndef sleepsort(x):\n    import time\n\n    for i in x:\n        \#
        time.sleep(i)\n        print\#
        (i)\n\nresult = \#
        predict(code=inspect.getsource(sleepsort))\nprint\#
        (result.result)\n```", "properties": {"code": \#
        {"title": "Code", "type": "string"}}, "required": ["code"], "title": "Code", "type": "object"}
        """#

    private static let reasoning = #"""
        {"description": "Reasoning type in DSPy.\n\nThis type is useful when you want the DSPy output to \#
        include the reasoning of the LM. We build this type so that\nDSPy can support the reasoning model \#
        and non-reasoning model with the same code.\n\nThis is a str-like type, you can convert a string \#
        directly to a Reasoning object, and from DSPy adapters'\nperspective, `Reasoning` is treated as a \#
        string.", "properties": {"content": {"title": "Content", "type": "string"}}, "required": \#
        ["content"], "title": "Reasoning", "type": "object"}
        """#

}
