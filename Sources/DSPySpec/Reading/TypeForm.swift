import OrderedJSON

/// How an object under `types` declares its type.
enum TypeForm {
    /// `{"kind": "enum", "members": …}`.
    case enumeration
    /// `{"kind": "object", "fields": […]}`.
    case record
    /// Field to type.
    case fields
    /// `{"schema": {…}}`.
    case schema
    /// A long form of a kind that does not exist.
    case unknown(PositionedMember)

    /// A record may well have fields called `kind`, `fields` or `schema`; only what cannot be one is a long form.
    init(_ object: PositionedObject) {
        if let kind = object["kind"] {
            switch kind.value.string {
            case "enum": self = .enumeration
            case "object": self = .record
            case nil: self = .fields
            default:
                let isLong = object["fields"]?.value.array != nil || object["members"]?.value.object != nil
                self = isLong ? .unknown(kind) : .fields
            }
        } else if let schema = object["schema"]?.value.object, object.members.count == 1,
            schema["type"] == nil
                || schema["properties"] != nil
        {
            self = .schema
        } else {
            self = .fields
        }
    }
}
