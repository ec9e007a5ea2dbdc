// Asks Cilium's own policy engine the questions that clusters.py wrote down, and compares the answers with mblint's.
//
//	python clusters.py 400 | go run .
//
// It reads one JSON object a line, prints how often both agree, and every question on which they do not.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sort"
	"sync"

	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	ciliumv2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/policy/utils"
	testpolicy "github.com/cilium/cilium/pkg/testutils/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

// A cluster, as clusters.py writes it: pods by what Cilium knows them by, policies as manifests, and questions with
// the answers of mblint.
type cluster struct {
	Seed      int               `json:"seed"`
	Pods      []pod             `json:"pods"`
	Policies  []json.RawMessage `json:"policies"`
	Refused   []string          `json:"refused"`
	Questions []question        `json:"questions"`
}

type pod struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
	Ports  map[string]uint16 `json:"ports"`
}

type question struct {
	From     int    `json:"from"`
	To       int    `json:"to"`
	Protocol string `json:"protocol"`
	Port     uint16 `json:"port"`
	Egress   string `json:"egress"`
	Ingress  string `json:"ingress"`
}

type count struct{ agree, unknown, differ, refusals int }

func main() {
	logger := slog.New(slog.DiscardHandler)
	option.Config.EnableNonDefaultDenyPolicies = true
	option.Config.EnableICMPRules = true
	option.Config.EnableL7Proxy = true
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	api.InitEntities("default")
	if err := labelsfilter.ParseLabelPrefixCfg(logger, nil, nil, ""); err != nil {
		fail(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	var total count
	clusters := 0
	for lines.Scan() {
		var one cluster
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			fail(err)
		}
		compare(logger, one, &total)
		clusters++
	}
	if err := lines.Err(); err != nil {
		fail(err)
	}
	fmt.Printf("%d clusters: %d answers agree, %d differ, mblint leaves %d open; of %d policies both say that Cilium refuses them\n",
		clusters, total.agree, total.differ, total.unknown, total.refusals)
	if total.differ > 0 {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

func compare(logger *slog.Logger, one cluster, total *count) {
	identities := make([]*identity.Identity, len(one.Pods))
	known := identity.IdentityMap{}
	for number, each := range one.Pods {
		all := labels.Map2Labels(each.Labels, labels.LabelSourceK8s)
		relevant, _ := labelsfilter.Filter(all)
		identities[number] = identity.NewIdentity(identity.NumericIdentity(1000+number), relevant)
		known[identities[number].ID] = identities[number].LabelArray
	}
	manager := identitymanager.NewIDManager(logger)
	repository := policy.NewPolicyRepository(logger, nil, nil,
		envoypolicy.NewEnvoyL7RulesTranslator(logger, certificatemanager.NewMockSecretManagerInline()), manager,
		testpolicy.NewPolicyMetricsNoop())
	repository.UpdateIdentities(known, nil)
	var group sync.WaitGroup
	repository.GetSelectorCache().UpdateIdentities(known, nil, &group)
	group.Wait()

	refused := []string{}
	for number, raw := range one.Policies {
		var written ciliumv2.CiliumNetworkPolicy
		if err := json.Unmarshal(raw, &written); err != nil {
			refused = append(refused, fmt.Sprintf("policy-%d", number))
			continue
		}
		rules, err := written.Parse(logger, "default")
		if err != nil {
			refused = append(refused, written.Name)
			continue
		}
		repository.ReplaceByResource(utils.RulesToPolicyEntries(rules), ipcachetypes.ResourceID(written.Name))
	}
	compareRefusals(one, refused, total)

	for _, asked := range one.Questions {
		protocol, err := u8proto.ParseProtocol(asked.Protocol)
		if err != nil {
			fail(err)
		}
		found, _, _, err := policy.LookupFlow(logger, repository, manager, types.Flow{
			From: identities[asked.From], To: identities[asked.To], Proto: protocol, Dport: asked.Port,
		})
		if err != nil {
			fail(err)
		}
		compareAnswer(one, asked, "egress", asked.Egress, found.Egress == types.DecisionAllowed, total)
		compareAnswer(one, asked, "ingress", asked.Ingress, found.Ingress == types.DecisionAllowed, total)
	}
}

func compareRefusals(one cluster, refused []string, total *count) {
	sort.Strings(refused)
	sort.Strings(one.Refused)
	if fmt.Sprint(refused) != fmt.Sprint(one.Refused) {
		total.differ++
		fmt.Printf("seed %d: Cilium refuses %v, mblint %v\n", one.Seed, refused, one.Refused)
		return
	}
	total.refusals += len(refused)
}

func compareAnswer(one cluster, asked question, direction, said string, allowed bool, total *count) {
	switch {
	case said == "unknown":
		total.unknown++
	case (said == "allowed") == allowed:
		total.agree++
	default:
		total.differ++
		fmt.Printf("seed %d: %s of %s -> %s %s/%d: mblint says %s, Cilium %s\n", one.Seed, direction,
			one.Pods[asked.From].Name, one.Pods[asked.To].Name, asked.Protocol, asked.Port, said,
			map[bool]string{true: "allowed", false: "denied"}[allowed])
	}
}
