package compile

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// compiler indexes and sorts the cluster's objects, so that the same objects always produce the same text.
type compiler struct {
	policies   []*networking.NetworkPolicy
	namespaces map[string]labels.Set
	pods       []*core.Pod              // those with an address, by address
	holder     map[netip.Addr]*core.Pod // whose an address is
}

func newCompiler(cluster Cluster) *compiler {
	all := &compiler{
		policies:   slices.Clone(cluster.Policies),
		namespaces: map[string]labels.Set{},
		holder:     map[netip.Addr]*core.Pod{},
	}
	slices.SortFunc(all.policies, func(a, b *networking.NetworkPolicy) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	for _, namespace := range cluster.Namespaces {
		all.namespaces[namespace.Name] = namespace.Labels
	}
	for _, pod := range cluster.Pods {
		address := addressOf(pod)
		if address.IsValid() && hasNetwork(pod) && (all.holder[address] == nil || inherits(pod, all.holder[address])) {
			all.holder[address] = pod
		}
	}
	for _, pod := range all.holder {
		all.pods = append(all.pods, pod)
	}
	slices.SortFunc(all.pods, func(a, b *core.Pod) int { return addressOf(a).Compare(addressOf(b)) })
	return all
}

// inherits reports whether a pod owns an address that another pod is still listed with: a terminating pod releases its
// address before it disappears from the list.
func inherits(pod, other *core.Pod) bool {
	if (pod.DeletionTimestamp == nil) != (other.DeletionTimestamp == nil) {
		return pod.DeletionTimestamp == nil
	}
	return other.CreationTimestamp.Before(&pod.CreationTimestamp)
}

// filter combines all policies that select the pod: each isolates it in some directions, and what any of them allows is
// allowed.
func (all *compiler) filter(pod *core.Pod) (Filter, error) {
	filter := Filter{Pod: pod.Namespace + "/" + pod.Name, Address: addressOf(pod)}
	for _, policy := range all.policies {
		if policy.Namespace != pod.Namespace {
			continue
		}
		if err := all.add(&filter, pod, policy); err != nil {
			return Filter{}, fmt.Errorf("policy %s/%s: %w", policy.Namespace, policy.Name, err)
		}
	}
	return filter, nil
}

func (all *compiler) add(filter *Filter, pod *core.Pod, policy *networking.NetworkPolicy) error {
	selected, err := matches(&policy.Spec.PodSelector, pod.Labels)
	if err != nil || !selected {
		return err
	}
	ingress, egress := directions(policy)
	if ingress {
		filter.Closed.Ingress = true
		for _, rule := range policy.Spec.Ingress {
			from, err := all.peers(policy.Namespace, rule.From)
			if err != nil {
				return err
			}
			filter.Ingress = append(filter.Ingress, opened(from.matches("ip saddr"), func(port networking.NetworkPolicyPort) []string {
				return from.toPort(pod, port)
			}, rule.Ports)...)
		}
	}
	if egress {
		filter.Closed.Egress = true
		for _, rule := range policy.Spec.Egress {
			to, err := all.peers(policy.Namespace, rule.To)
			if err != nil {
				return err
			}
			filter.Egress = append(filter.Egress, opened(to.matches("ip daddr"), to.atPort, rule.Ports)...)
		}
	}
	return nil
}

// directions are those of policyTypes, or the API's default: ingress always, egress if there are egress rules.
func directions(policy *networking.NetworkPolicy) (ingress, egress bool) {
	types := policy.Spec.PolicyTypes
	if len(types) == 0 {
		return true, len(policy.Spec.Egress) > 0
	}
	return slices.Contains(types, networking.PolicyTypeIngress), slices.Contains(types, networking.PolicyTypeEgress)
}

func matches(selector *meta.LabelSelector, set labels.Set) (bool, error) {
	parsed, err := meta.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, err
	}
	return parsed.Matches(set), nil
}

// opened returns the matches of a rule: of the peers alone if it has no ports, otherwise for each port.
func opened(peers []string, at func(networking.NetworkPolicyPort) []string, ports []networking.NetworkPolicyPort) []string {
	if len(ports) == 0 {
		return peers
	}
	var open []string
	for _, port := range ports {
		open = append(open, at(port)...)
	}
	return open
}
