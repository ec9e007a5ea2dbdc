module mblint/benchmarks/options

go 1.21
