import Basics
@testable import DSPyCore
import TestSupport
import Testing

@Suite struct XMLParserTests {
    /// The tree as a text, with `|` between an element's text and its children.
    private func outline(_ content: String) throws -> String {
        func outline(_ element: XMLElement) -> String {
            let attributes = element.attributes.map { " \($0.name)=\($0.value)" }.joined()
            return "\(element.tag)\(attributes)(\(element.text)\(element.children.map { "|" + outline($0) }.joined()))"
        }
        return try XMLParser.parse(content, wrappedIn: "r").children.map(outline).joined(separator: " ")
    }

    @Test(
        "well-formed XML is read as expat reads it",
        arguments: [
            ("<a>x</a>", "a(x)"), ("text <a/> more <b></b>", "a() b()"), ("<a k=\"1\" z='&lt;'>x</a>", "a k=1 z=<(x)"),
            ("<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</a>", "a(<&>\"'AB)"), ("<a><![CDATA[<b>&]]></a>", "a(<b>&)"),
            ("<a>x<!-- c -->y</a>", "a(xy)"),
            ("<a>x<b>y</b>z</a>", "a(x|b(y))"), ("<a>\r\nx\r</a>", "a(\nx\n)"), ("<メモ>x</メモ>", "メモ(x)"),
            ("<a><?pi x?>y</a>", "a(y)"), ("< a>", nil), ("<a >x</a >", "a(x)"),
            ("<a.b-c_1/>", "a.b-c_1()"),
        ] as [(String, String?)])
    func wellFormed(content: String, expected: String?) throws {
        guard let expected else {
            #expect(throws: XMLParser.Failure.self) { try outline(content) }
            return
        }
        #expect(try outline(content) == expected)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "<a>", "</a>", "<a></b>", "a & b", "a < b", "<a x=1/>", "<a x='1' x='2'/>", "&nbsp;", "&#0;", "&#xD800;",
            "<?xml version=\"1.0\"?><a/>", "<!DOCTYPE a>",
            "<a>\0</a>", "]]>", "<1a/>", "<a", "<a/", "<!-- a -- b -->", "<![CDATA[x", "<a x='<'/>",
            "<a x=\"1\"y=\"2\"/>", "\u{1}",
        ])
    func refused(content: String) {
        #expect(throws: XMLParser.Failure.self) { try outline(content) }
    }

    @Test("elements may not stand in each other without end")
    func depth() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
        }
        #expect(throws: Never.self) { try XMLParser.parse(nested(100), wrappedIn: "r") }
        #expect(throws: XMLParser.Failure.self) { try XMLParser.parse(nested(100_000), wrappedIn: "r") }
    }

    @Test("random markup never breaks the parser")
    func fuzz() {
        let pieces = [
            "<", ">", "</", "/>", "a", "b", " ", "=", "\"", "'", "&", ";", "#", "x", "amp", "<!--", "-->", "<![CDATA[",
            "]]>", "<?", "?>", "é", "\u{301}", "\n", "\0", "<a>", "</a>",
        ]
        var random = SeededGenerator(seed: 5)
        for _ in 0..<30_000 { _ = try? XMLParser.parse(random.text(of: pieces, upTo: 16), wrappedIn: "r") }
    }
}
