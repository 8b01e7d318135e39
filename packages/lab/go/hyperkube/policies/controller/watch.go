// Package controller keeps a node's packet filter in line with the cluster's policies.
package controller

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"bluecore.internal/lab/hyperkube/policies/compile"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	v1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networklisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
)

// syncTimeout limits the initial lists. They also end at the first failure, as when a cluster starts and the permissions
// do not exist yet: client-go would back off to half a minute, whereas this program is restarted after a second.
const syncTimeout = 5 * time.Second

// listers are the objects that a node's table depends on.
type listers struct {
	node       string
	policies   networklisters.NetworkPolicyLister
	pods       corelisters.PodLister
	namespaces corelisters.NamespaceLister
	nodes      corelisters.NodeLister
}

// watch starts to watch the cluster; changed is called on every change and must not block.
func watch(ctx context.Context, client kubernetes.Interface, node string, changed func()) (*listers, error) {
	all := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim))
	own := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim),
		informers.WithTweakListOptions(func(options *v1.ListOptions) {
			options.FieldSelector = fields.OneTermEqualSelector(v1.ObjectNameField, node).String()
		}))
	objects := &listers{
		node:       node,
		policies:   all.Networking().V1().NetworkPolicies().Lister(),
		pods:       all.Core().V1().Pods().Lister(),
		namespaces: all.Core().V1().Namespaces().Lister(),
		nodes:      own.Core().V1().Nodes().Lister(),
	}
	handlers := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { changed() },
		UpdateFunc: func(any, any) { changed() },
		DeleteFunc: func(any) { changed() },
	}
	limited, cancel := context.WithTimeout(ctx, syncTimeout)
	defer cancel()
	failed := func(ctx context.Context, reflector *cache.Reflector, err error) {
		cache.DefaultWatchErrorHandler(ctx, reflector, err)
		cancel()
	}
	for _, informer := range []cache.SharedIndexInformer{
		all.Networking().V1().NetworkPolicies().Informer(),
		all.Core().V1().Pods().Informer(),
		all.Core().V1().Namespaces().Informer(),
		own.Core().V1().Nodes().Informer(),
	} {
		if _, err := informer.AddEventHandler(handlers); err != nil {
			return nil, err
		}
		if err := informer.SetWatchErrorHandlerWithContext(failed); err != nil {
			return nil, err
		}
	}
	for _, factory := range []informers.SharedInformerFactory{all, own} {
		factory.Start(ctx.Done())
		for kind, synced := range factory.WaitForCacheSync(limited.Done()) {
			if !synced {
				return nil, fmt.Errorf("no list of %s yet", kind)
			}
		}
	}
	return objects, nil
}

// slim removes fields that are not used here.
func slim(object any) (any, error) {
	if described, err := meta.Accessor(object); err == nil {
		described.SetManagedFields(nil)
	}
	return object, nil
}

// table returns the node's packet filter for the present objects.
func (objects *listers) table() (compile.Table, error) {
	var cluster compile.Cluster
	var err error
	if cluster.Policies, err = objects.policies.List(labels.Everything()); err != nil {
		return compile.Table{}, err
	}
	if cluster.Pods, err = objects.pods.List(labels.Everything()); err != nil {
		return compile.Table{}, err
	}
	if cluster.Namespaces, err = objects.namespaces.List(labels.Everything()); err != nil {
		return compile.Table{}, err
	}
	nodes, err := objects.nodes.List(labels.Everything())
	if err != nil {
		return compile.Table{}, err
	}
	return compile.Compile(objects.node, podRange(nodes), cluster)
}

// podRange is the zero value until the controller manager has assigned one to the node.
func podRange(nodes []*core.Node) netip.Prefix {
	for _, node := range nodes {
		if prefix, err := netip.ParsePrefix(node.Spec.PodCIDR); err == nil && prefix.Addr().Is4() {
			return prefix
		}
	}
	return netip.Prefix{}
}
