// Asks the Pod Security admission's own code about pods: reads a JSON list of pod templates on standard input, and
// writes for each the controls that refuse it, by level, as JSON.
package main

import (
	"encoding/json"
	"log"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type template struct {
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     corev1.PodSpec    `json:"spec"`
}

func main() {
	var templates []template
	if err := json.NewDecoder(os.Stdin).Decode(&templates); err != nil {
		log.Fatal(err)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		log.Fatal(err)
	}
	answers := make([]map[string][]string, 0, len(templates))
	for _, each := range templates {
		answer := map[string][]string{}
		for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
			refused := []string{}
			at := api.LevelVersion{Level: level, Version: api.LatestVersion()}
			for _, result := range evaluator.EvaluatePod(at, &each.Metadata, &each.Spec) {
				if !result.Allowed {
					refused = append(refused, result.ForbiddenReason)
				}
			}
			answer[string(level)] = refused
		}
		answers = append(answers, answer)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}
