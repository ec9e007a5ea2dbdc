// Asks sigs.k8s.io/yaml what it reads, so that mblint's scalar table is held against kubectl's own library.
//
//	go run . scalars > ../../tests/manifests/go_scalars.json
//	go run . files FILE... > values.jsonl     (every document of every file, split at lines "---")
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// Reading is one answer of the library. Error is true where it refuses the text; its own words are left out.
type Reading struct {
	YAML  string          `json:"yaml"`
	JSON  json.RawMessage `json:"json,omitempty"`
	Error bool            `json:"error,omitempty"`
}

func read(text string) Reading {
	converted, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return Reading{YAML: text, Error: true}
	}
	return Reading{YAML: text, JSON: converted}
}

func scalars() []Reading {
	var readings []Reading
	for _, scalar := range plainScalars {
		readings = append(readings, read("v: "+scalar+"\n"), read(scalar+": v\n"))
	}
	for _, tag := range tags {
		for _, scalar := range taggedScalars {
			readings = append(readings, read("v: "+tag+" "+scalar+"\n"))
		}
	}
	for _, text := range documents {
		readings = append(readings, read(text))
	}
	return readings
}

var marker = regexp.MustCompile(`(?m)^---(?:[ \t\r].*)?$`)

func files(paths []string, out *bufio.Writer) error {
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := strings.TrimPrefix(string(data), "\ufeff")
		for _, part := range marker.Split(text, -1) {
			reading := read(part)
			if string(reading.JSON) == "null" {
				continue
			}
			reading.YAML = path
			line, err := json.Marshal(reading)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%s\n", line)
		}
	}
	return nil
}

func run() error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if len(os.Args) > 2 && os.Args[1] == "files" {
		return files(os.Args[2:], out)
	}
	if len(os.Args) != 2 || os.Args[1] != "scalars" {
		return fmt.Errorf("usage: %s scalars | files FILE...", os.Args[0])
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(scalars())
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
