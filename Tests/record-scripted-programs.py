"""Records the example programs whose answers are written here: inputs.jsonl, replies.jsonl and expected.jsonl.

    python3 Tests/record-scripted-programs.py PATH_OF_DSPY_SWIFT [PROGRAM...]

mcp-files needs `pip install mcp` for the python3 in PATH; weather gets a server of its own on port 8085.
"""

import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.parse

programs = pathlib.Path(__file__).resolve().parent.parent / "programs"


def chat(**fields):
    blocks = [f"[[ ## {name} ## ]]\n{value if isinstance(value, str) else json.dumps(value)}" for name, value in fields.items()]
    return "\n\n".join(blocks) + "\n\n[[ ## completed ## ]]"


def act(thought, tool, args):
    return chat(next_thought=thought, next_tool_name=tool, next_tool_args=args)


def act_json(thought, tool, args):
    return json.dumps({"next_thought": thought, "next_tool_name": tool, "next_tool_args": args})


GREP = ["--allow", "run:grep"]
NET = ["--allow", "net:127.0.0.1:8085"]
CASES = {
    "react-calculator": [
        ({"question": "What is 17 * 23 + 2 ** 10?"}, [
            act_json("Compute it.", "calculator", {"expression": "17 * 23 + 2 ** 10"}), act_json("Done.", "finish", {}),
            json.dumps({"reasoning": "The calculator says 1415.", "answer": "1415"})], []),
        ({"question": "How much is a third of zero divided by zero?"}, [
            act_json("Try it.", "calculator", {"expression": "0 / 0 / 3"}),
            act_json("Wrong name.", "calculator", {"formula": "1"}), act_json("It has no value.", "finish", {}),
            json.dumps({"reasoning": "Division by zero has no value.", "answer": "undefined"})], [])],
    "react-docs-search": [
        ({"question": "What does exit code 75 mean?"}, [
            act("Search for it.", "search", {"text": "75"}), act("Read the page.", "read", {"path": "docs/exit-codes.md"}),
            act("I know it.", "finish", {}),
            chat(reasoning="The page says so.", answer="Stopped early; --resume goes on.", sources=["docs/exit-codes.md"])],
         GREP),
        ({"question": "What is in /etc/passwd?"}, [
            act("Read it.", "read", {"path": "../../../../etc/passwd"}),
            act("Search with an option.", "search", {"text": "-f/etc/passwd"}), act("Not allowed.", "finish", {}),
            chat(reasoning="It is not among the documents.", answer="I cannot read that.", sources=[])], GREP)],
    "weather": [
        ({"question": "How warm is it in São Paulo?"}, [
            act("Ask the service.", "weather", {"city": "São Paulo"}), act("Done.", "finish", {}),
            chat(reasoning="The service says 21.5.", answer="21.5 degrees", degrees=21.5)], NET),
        ({"question": "How warm is it in Nowhere & Co?"}, [
            act("Ask the service.", "weather", {"city": "Nowhere & Co"}), act("There is none.", "finish", {}),
            chat(reasoning="The service does not know it.", answer="unknown", degrees=0)], NET)],
    "mcp-files": [
        ({"question": "What do I have to do today?"}, [
            act("See what there is.", "list_files", {}), act("Read the list.", "read_text", {"name": "todo.txt"}),
            act("Done.", "finish", {}),
            chat(reasoning="The list says so.", answer="Call the bank and water the plants.")], ["--allow", "mcp:files"])],
    "rag": [
        ({"question": "Who wrote the first program?"}, [
            chat(keyword="first"), chat(reasoning="The note says so.", answer="Ada Lovelace")], GREP),
        ({"question": "Who designed the Analytical Engine?"}, [
            chat(keyword="designed"), chat(reasoning="The note says so.", answer="Charles Babbage")], GREP)],
    "multi-hop": [
        ({"claim": "The tallest tower in the city on the northern shore of Lake Ontario was completed before 1980."}, [
            chat(reasoning="Find the city first.", query="Lake Ontario"),
            chat(reasoning="The abstract names it.", new_notes=["Toronto lies on the northern shore of Lake Ontario."],
                 titles=["Lake Ontario"]),
            chat(reasoning="Now its tower.", query="Toronto"),
            chat(reasoning="It is the CN Tower.", new_notes=["The CN Tower stands in the centre of Toronto."],
                 titles=["Toronto", "Lake Ontario"]),
            chat(reasoning="When was it completed?", query="CN Tower"),
            chat(reasoning="In 1976.", new_notes=["The CN Tower was completed in 1976."], titles=["CN Tower", "Toronto"])],
         GREP),
        ({"claim": "The Burj Khalifa is the tallest building on the Moon."}, [
            chat(reasoning="Look it up.", query="Burj Khalifa"),
            chat(reasoning="It stands in Dubai.", new_notes=["The Burj Khalifa is in Dubai."], titles=["Burj Khalifa"]),
            chat(reasoning="Are there buildings there?", query="Buildings on the Moon"),
            chat(reasoning="Nothing was found.", new_notes=[], titles=[]),
            chat(reasoning="Another word.", query="Moon"),
            chat(reasoning="Again nothing.", new_notes=[], titles=[])], GREP)],
    "map-reduce": [
        ({"documents": ["Sales rose by 4 %.", "Costs fell."], "topic": "the quarter"}, {
            "Sales rose": chat(summary="Sales up 4 %."), "Costs fell": chat(summary="Costs down."),
            "Sales up 4 %.": chat(report="A good quarter: more sales, lower costs.")}, [])],
    "router": [
        ({"message": "When do you open?"}, [
            json.dumps({"kind": "question"}), json.dumps({"reply": "We open at nine."})], []),
        ({"message": "My parcel never came!"}, [
            json.dumps({"kind": "complaint"}),
            json.dumps({"reasoning": "A lost parcel is our fault.", "reply": "We are sorry; a new one is on its way."})], []),
        ({"message": "Nice shop."}, [json.dumps({"kind": "other"}), json.dumps({"reply": "Thank you!"})], [])],
    "best-of-n": [
        ({"article": "Bees dance to tell where flowers are."}, [
            chat(title="How bees use a dance to tell the others of the hive where flowers are"),
            chat(title="The Language of Bees")], [])],
    "refine": [
        ({"question": "Why is the sky blue?"}, [
            chat(reasoning="Rayleigh.", answer="Because short waves are scattered most."),
            chat(discussion="The answer is too long.", advice={"predict": "Answer in two words."}),
            chat(reasoning="Rayleigh.", answer="Scattered light")], [])],
}


class Weather(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        city = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["q"][0]
        known = city == "São Paulo"
        body = b'{"current":{"temp_c":21.5}}' if known else b'{"error":"no such city"}'
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 8085), Weather)
threading.Thread(target=server.serve_forever, daemon=True).start()
tool = pathlib.Path(sys.argv[1]).resolve()
for name in sys.argv[2:] or CASES:
    inputs, replies, expected = [], [], []
    for given, script, flags in CASES[name]:
        with tempfile.TemporaryDirectory() as folder:
            rules = [json.dumps({text: answer}) for text, answer in script.items()] if isinstance(script, dict) else [json.dumps(script)]
            pathlib.Path(folder, "script.json").write_text("\n".join(rules))
            run = subprocess.run(
                [tool, "run", programs / name, "-i", "-", "--lm", "scripted/script.json", "--record", "one", "--format",
                 "ndjson", *flags], input=json.dumps(given, ensure_ascii=False).encode(), capture_output=True, cwd=folder,
                env={**os.environ, "XDG_CACHE_HOME": folder}, check=True)
            replies.append(pathlib.Path(folder, "one").read_text())
        inputs.append(json.dumps(given, ensure_ascii=False) + "\n")
        expected.append(run.stdout.decode())
    for file, lines in (("inputs", inputs), ("replies", replies), ("expected", expected)):
        (programs / name / f"{file}.jsonl").write_text("".join(lines))
    print(f"{name}: {len(expected)} recorded")
