// Prints the options that the Go source below a folder defines, one JSON object a line.
//
// It reads the syntax alone: every call that defines a flag (flag, pflag, kingpin), every literal of a flag (urfave/cli,
// clientcmd) and every tag of a struct (go-flags). A name is worked out from literals, constants, concatenations and the
// calls of the function around; what stays unknown in it is `*`. So the list may be too long, and is never too short.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Option is one option, where it is defined.
type Option struct {
	Folder string `json:"folder"`
	Name   string `json:"name"`
	Line   string `json:"line"`
}

type function struct {
	declared *ast.FuncDecl
	file     *source
}

type source struct {
	folder  string
	name    string
	tree    *ast.File
	imports map[string]string // name here -> path
}

type call struct {
	expression *ast.CallExpr
	in         *function
}

type constant struct {
	value ast.Expr
	file  *source
}

type reader struct {
	positions *token.FileSet
	constants map[string]map[string][]constant // folder -> name
	functions map[string][]*function
	calls     map[string][]call
	found     map[Option]bool
	known     map[asked][]string // what was worked out; nothing while it is
}

type asked struct {
	expression ast.Expr
	in         *ast.FuncDecl
}

var (
	typed   = regexp.MustCompile(`^(Bool|String|Int|Int8|Int16|Int32|Int64|Uint|Uint8|Uint16|Uint32|Uint64|Float32|Float64|Duration|Count|IP|IPNet|IPMask|BytesHex|BytesBase64|Text|Time|Bytes|StringToString|StringToInt|StringToInt64|(?:String|Int|Int32|Int64|Uint|Bool|Duration|Float32|Float64|IP|IPNet)Slice|StringArray|StringMap)(Var)?(P|S)?$`)
	named   = regexp.MustCompile(`^[A-Za-z0-9*_][\w.*\[\]-]*$`)
	verb    = regexp.MustCompile(`%[-+# 0]*[\d.]*[a-zA-Z]`)
	stars   = regexp.MustCompile(`\*+`)
	skipped = regexp.MustCompile(`^(vendor|node_modules|testdata|third_party|_.*|\..+)$`)
)

func main() {
	root := os.Args[1]
	all := &reader{token.NewFileSet(), map[string]map[string][]constant{}, map[string][]*function{}, map[string][]call{}, map[Option]bool{}, map[asked][]string{}}
	files := all.parse(root)
	for _, file := range files {
		all.index(file)
	}
	for _, file := range files {
		all.read(file)
	}
	options := make([]Option, 0, len(all.found))
	for option := range all.found {
		options = append(options, option)
	}
	sort.Slice(options, func(one, other int) bool {
		return fmt.Sprint(options[one]) < fmt.Sprint(options[other])
	})
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, option := range options {
		line, _ := json.Marshal(option)
		fmt.Fprintln(out, string(line))
	}
}

func (all *reader) parse(root string) []*source {
	var files []*source
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if entry.IsDir() {
			if path != root && skipped.MatchString(entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		tree, _ := parser.ParseFile(all.positions, path, nil, parser.SkipObjectResolution)
		if tree == nil {
			return nil
		}
		folder, _ := filepath.Rel(root, filepath.Dir(path))
		file := &source{filepath.ToSlash(folder), filepath.Base(path), tree, map[string]string{}}
		for _, one := range tree.Imports {
			imported, _ := strconv.Unquote(one.Path.Value)
			local := filepath.Base(imported)
			if regexp.MustCompile(`^v\d+$`).MatchString(local) {
				local = filepath.Base(filepath.Dir(imported))
			}
			if one.Name != nil {
				local = one.Name.Name
			}
			file.imports[local] = imported
		}
		files = append(files, file)
		return nil
	})
	return files
}

// index remembers constants, functions and calls by their names.
func (all *reader) index(file *source) {
	keep := func(name *ast.Ident, value ast.Expr) {
		if all.constants[file.folder] == nil {
			all.constants[file.folder] = map[string][]constant{}
		}
		all.constants[file.folder][name.Name] = append(all.constants[file.folder][name.Name], constant{value, file})
	}
	for _, declaration := range file.tree.Decls {
		var around *function
		if declared, ok := declaration.(*ast.FuncDecl); ok {
			around = &function{declared, file}
			all.functions[declared.Name.Name] = append(all.functions[declared.Name.Name], around)
		}
		ast.Inspect(declaration, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.ValueSpec:
				for at, name := range node.Names {
					if at < len(node.Values) {
						keep(name, node.Values[at])
					}
				}
			case *ast.AssignStmt:
				if len(node.Lhs) == len(node.Rhs) {
					for at, left := range node.Lhs {
						if name, ok := left.(*ast.Ident); ok {
							keep(name, node.Rhs[at])
						}
					}
				}
			case *ast.CallExpr:
				if name := called(node); name != "" {
					all.calls[name] = append(all.calls[name], call{node, around})
				}
			}
			return true
		})
	}
}

func called(node *ast.CallExpr) string {
	switch function := node.Fun.(type) {
	case *ast.Ident:
		return function.Name
	case *ast.SelectorExpr:
		return function.Sel.Name
	}
	return ""
}

// read finds the definitions of a file.
func (all *reader) read(file *source) {
	for _, declaration := range file.tree.Decls {
		around := &function{nil, file}
		if declared, ok := declaration.(*ast.FuncDecl); ok {
			around.declared = declared
		}
		ast.Inspect(declaration, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				all.definition(node, around)
			case *ast.CompositeLit:
				all.literal(node, around)
			case *ast.StructType:
				all.tags(node, around)
			}
			return true
		})
	}
}

func (all *reader) definition(node *ast.CallExpr, around *function) {
	selector, ok := node.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	method, arguments := selector.Sel.Name, node.Args
	receiver, _ := selector.X.(*ast.Ident)
	if strings.HasSuffix(method, "Var") && len(arguments) >= 4 { // a program's own: the name first, then the variable
		if literal, ok := arguments[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
			all.add(literal, around)
			return
		}
	}
	at := func(index int) {
		if index < len(arguments) {
			all.add(arguments[index], around)
		}
	}
	if parts := typed.FindStringSubmatch(method); parts != nil {
		first, most := 0, 3
		if parts[2] != "" {
			first, most = 1, 4
		}
		if parts[1] == "Count" {
			most--
		}
		if parts[3] != "" && len(arguments) == most+1 {
			at(first)
			at(first + 1)
		} else if parts[3] == "" && len(arguments) == most {
			at(first)
		}
		return
	}
	switch {
	case method == "Var" && len(arguments) == 3:
		at(1)
	case (method == "VarP" || method == "VarPF") && len(arguments) == 4:
		at(1)
		at(2)
	case method == "Func" || method == "BoolFunc":
		if len(arguments) == 3 {
			at(0)
		}
	case method == "TextVar" && len(arguments) == 4:
		at(1)
	case method == "Flag" && len(arguments) == 2: // kingpin
		at(0)
	case method == "Short" && len(arguments) == 1: // kingpin
		if letter, ok := arguments[0].(*ast.BasicLit); ok && letter.Kind == token.CHAR {
			if text, err := strconv.Unquote(letter.Value); err == nil {
				all.keep(text, arguments[0], around)
			}
		}
	case method == "RegisterPathOrContent" && len(arguments) >= 3: // Thanos: a value, or a file with it
		for _, text := range all.values(arguments[1], around, 0) {
			all.keep(text, arguments[1], around)
			all.keep(text+"-file", arguments[1], around)
		}
	case receiver != nil && receiver.Name == "flagutil" && strings.HasPrefix(method, "New") && len(arguments) >= 2:
		at(0)
	}
}

func (all *reader) literal(node *ast.CompositeLit, around *function) {
	kind := ""
	switch named := node.Type.(type) {
	case *ast.Ident:
		kind = named.Name
	case *ast.SelectorExpr:
		kind = named.Sel.Name
	case *ast.IndexExpr:
		if selector, ok := named.X.(*ast.SelectorExpr); ok {
			kind = selector.Sel.Name
		}
	}
	for _, element := range node.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, ok := pair.Key.(*ast.Ident)
		if !ok {
			continue
		}
		switch {
		case strings.HasSuffix(kind, "Flag") && (key.Name == "Name" || key.Name == "Shorthand"):
			all.add(pair.Value, around)
		case strings.HasSuffix(kind, "Flag") && key.Name == "Aliases":
			if list, ok := pair.Value.(*ast.CompositeLit); ok {
				for _, alias := range list.Elts {
					all.add(alias, around)
				}
			}
		case key.Name == "LongName" || key.Name == "ShortName": // clientcmd.FlagInfo
			all.add(pair.Value, around)
		}
	}
}

func (all *reader) tags(node *ast.StructType, around *function) {
	for _, field := range node.Fields.List {
		if field.Tag == nil {
			continue
		}
		text, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			continue
		}
		for _, key := range []string{"long", "short", "arg"} {
			value := reflect.StructTag(text).Get(key)
			for _, part := range strings.Split(value, ",") {
				if part = strings.TrimLeft(part, "-"); part != "" && (key != "arg" || strings.HasPrefix(value, "-")) {
					all.keep(part, field.Tag, around)
				}
			}
		}
	}
}

func (all *reader) add(expression ast.Expr, around *function) {
	for _, text := range all.values(expression, around, 0) {
		for _, name := range strings.Split(text, ",") {
			all.keep(strings.TrimSpace(name), expression, around)
		}
	}
}

func (all *reader) keep(name string, node ast.Node, around *function) {
	name = stars.ReplaceAllString(name, "*")
	if !named.MatchString(name) {
		return
	}
	line := fmt.Sprintf("%s:%d", around.file.name, all.positions.Position(node.Pos()).Line)
	all.found[Option{around.file.folder, name, line}] = true
}

// values are what an expression may be; `*` for what is not known.
func (all *reader) values(expression ast.Expr, around *function, depth int) []string {
	if depth > 6 {
		return []string{"*"}
	}
	key := asked{expression, nil}
	if around != nil {
		key.in = around.declared
	}
	if values, done := all.known[key]; done {
		if values == nil {
			return []string{"*"}
		}
		return values
	}
	all.known[key] = nil
	all.known[key] = all.worked(expression, around, depth)
	return all.known[key]
}

func (all *reader) worked(expression ast.Expr, around *function, depth int) []string {
	unknown := []string{"*"}
	switch node := expression.(type) {
	case *ast.BasicLit:
		if node.Kind == token.STRING {
			if text, err := strconv.Unquote(node.Value); err == nil {
				return []string{text}
			}
		}
		return unknown
	case *ast.ParenExpr:
		return all.values(node.X, around, depth+1)
	case *ast.BinaryExpr:
		if node.Op != token.ADD {
			return unknown
		}
		var joined []string
		for _, left := range all.values(node.X, around, depth+1) {
			for _, right := range all.values(node.Y, around, depth+1) {
				joined = append(joined, left+right)
			}
		}
		if len(joined) > 400 {
			return unknown
		}
		return joined
	case *ast.Ident:
		if index, found := parameter(around, node.Name); found {
			return all.passed(around, index, depth)
		}
		return all.constant(around.file.folder, node.Name, around, depth)
	case *ast.SelectorExpr:
		if receiver, ok := node.X.(*ast.Ident); ok {
			if path, imported := around.file.imports[receiver.Name]; imported {
				for folder := range all.constants {
					if path == folder || strings.HasSuffix(path, "/"+folder) || (folder == "." && !strings.Contains(path, ".")) {
						if values := all.constant(folder, node.Sel.Name, around, depth); len(values) > 0 && values[0] != "*" {
							return values
						}
					}
				}
			}
		}
		return unknown
	case *ast.CallExpr:
		return all.returned(node, around, depth)
	}
	return unknown
}

func parameter(around *function, name string) (int, bool) {
	if around == nil || around.declared == nil {
		return 0, false
	}
	index := 0
	for _, field := range around.declared.Type.Params.List {
		for _, one := range field.Names {
			if one.Name == name {
				return index, true
			}
			index++
		}
		if len(field.Names) == 0 {
			index++
		}
	}
	return 0, false
}

// passed are the values that calls of the function around give one of its parameters.
func (all *reader) passed(around *function, index int, depth int) []string {
	seen := map[string]bool{}
	for _, one := range all.calls[around.declared.Name.Name] {
		if one.in == nil || one.in.declared == around.declared || index >= len(one.expression.Args) {
			continue
		}
		for _, value := range all.values(one.expression.Args[index], one.in, depth+1) {
			seen[value] = true
		}
	}
	if len(seen) == 0 || len(seen) > 400 {
		return []string{"*"}
	}
	return sorted(seen)
}

func (all *reader) constant(folder string, name string, around *function, depth int) []string {
	seen := map[string]bool{}
	for _, one := range all.constants[folder][name] {
		in := &function{nil, one.file}
		if one.file == around.file {
			in.declared = around.declared
		}
		for _, value := range all.values(one.value, in, depth+1) {
			seen[value] = true
		}
	}
	if len(seen) == 0 || len(seen) > 400 {
		return []string{"*"}
	}
	return sorted(seen)
}

func (all *reader) returned(node *ast.CallExpr, around *function, depth int) []string {
	name := called(node)
	if name == "string" && len(node.Args) == 1 {
		return all.values(node.Args[0], around, depth+1)
	}
	if name == "Sprintf" && len(node.Args) > 0 {
		texts := all.values(node.Args[0], around, depth+1)
		for _, argument := range node.Args[1:] {
			var filled []string
			for _, text := range texts {
				for _, value := range all.values(argument, around, depth+1) {
					place := verb.FindStringIndex(text)
					if place == nil {
						filled = append(filled, text)
						break
					}
					filled = append(filled, text[:place[0]]+value+text[place[1]:])
				}
			}
			if texts = filled; len(texts) > 400 {
				return []string{"*"}
			}
		}
		return texts
	}
	return []string{"*"}
}

func sorted(seen map[string]bool) []string {
	values := make([]string, 0, len(seen))
	for value := range seen {
		values = append(values, value)
	}
	sort.Strings(values)
	return values
}
