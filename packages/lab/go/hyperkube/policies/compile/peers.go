package compile

import (
	"fmt"
	"net/netip"
	"strings"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

// peers are what a rule's `from` or `to` selects.
type peers struct {
	everyone bool // the rule names no peers: all pods and addresses
	pods     []*core.Pod
	blocks   []*networking.IPBlock
}

// peers resolves the peers of a rule of a policy in this namespace.
func (all *compiler) peers(namespace string, named []networking.NetworkPolicyPeer) (peers, error) {
	if len(named) == 0 {
		return peers{everyone: true, pods: all.pods}, nil
	}
	var found peers
	for _, peer := range named {
		if peer.IPBlock != nil {
			found.blocks = append(found.blocks, peer.IPBlock)
		}
	}
	for _, pod := range all.pods {
		for _, peer := range named {
			is, err := all.isPeer(pod, namespace, peer)
			if err != nil {
				return peers{}, err
			}
			if is {
				found.pods = append(found.pods, pod)
				break
			}
		}
	}
	return found, nil
}

// isPeer reports whether the selectors of a peer select the pod. Without a namespaceSelector the pod must be in the
// policy's namespace.
func (all *compiler) isPeer(pod *core.Pod, namespace string, peer networking.NetworkPolicyPeer) (bool, error) {
	if peer.PodSelector == nil && peer.NamespaceSelector == nil {
		return false, nil
	}
	if peer.NamespaceSelector == nil && pod.Namespace != namespace {
		return false, nil
	}
	if peer.NamespaceSelector != nil {
		labels, exists := all.namespaces[pod.Namespace]
		if is, err := matches(peer.NamespaceSelector, labels); err != nil || !is || !exists {
			return false, err
		}
	}
	if peer.PodSelector == nil {
		return true, nil
	}
	return matches(peer.PodSelector, pod.Labels)
}

// matches returns one nft match for all pods, and one for each block.
func (of peers) matches(field string) []string {
	if of.everyone {
		return []string{""}
	}
	var found []string
	if len(of.pods) > 0 {
		found = append(found, addresses(field, of.pods))
	}
	for _, block := range of.blocks {
		if match, ok := within(field, block); ok {
			found = append(found, match)
		}
	}
	return found
}

func addresses(field string, pods []*core.Pod) string {
	var all []string
	for _, pod := range pods {
		all = append(all, addressOf(pod).String())
	}
	return fmt.Sprintf("%s { %s }", field, strings.Join(all, ", "))
}

// within matches the addresses of a block without its exceptions; nothing for an IPv6 block.
func within(field string, block *networking.IPBlock) (string, bool) {
	cidr, err := netip.ParsePrefix(block.CIDR)
	if err != nil || !cidr.Addr().Is4() {
		return "", false
	}
	match := fmt.Sprintf("%s %s", field, cidr.Masked())
	for _, text := range block.Except { // one match each: they may overlap, which the elements of a set may not
		if except, err := netip.ParsePrefix(text); err == nil && except.Addr().Is4() {
			match += fmt.Sprintf(" %s != %s", field, except.Masked())
		}
	}
	return match, true
}
