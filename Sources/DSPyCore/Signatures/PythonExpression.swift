/// A Python expression as far as annotations need it.
indirect enum PythonExpression {
    /// A name.
    case name(String, Range<Int>)
    /// `base.attribute`.
    case attribute(PythonExpression, String, Range<Int>)
    /// `base[arguments]`; one argument without a comma is one.
    case subscripted(PythonExpression, [PythonExpression], Range<Int>)
    /// `left | right`.
    case either(PythonExpression, PythonExpression, Range<Int>)
    /// A tuple.
    case tuple([PythonExpression], Range<Int>)
    /// A constant, `None` among them.
    case constant(Value, Range<Int>)
    /// `...`.
    case ellipsis(Range<Int>)
    /// A constant with a minus before it.
    case negated(Value, Range<Int>)
    /// Valid Python that is no annotation: its AST node's name.
    case other(String, Range<Int>)

    /// Where it stands: Unicode scalars from 0.
    var range: Range<Int> {
        switch self {
        case .name(_, let range), .attribute(_, _, let range), .subscripted(_, _, let range),
            .either(_, _, let range), .tuple(_, let range), .constant(_, let range), .ellipsis(let range),
            .negated(_, let range), .other(_, let range):
            range
        }
    }
}
