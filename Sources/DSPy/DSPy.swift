// One import for a program that uses DSPy: what stands in other targets is exported from here.
@_exported public import DSPyClients
@_exported public import DSPyCore
@_exported public import DSPyProgram
@_exported public import OrderedJSON
