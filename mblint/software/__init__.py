"""Programs: what `rules/software/*.yaml` say of the software in images, one file a program.

This room knows images, tags and names of settings, and no Kubernetes object: which container runs what, and what it is
told, is for the rooms after it (`mblint.settings.programs` holds a program's conditions against a container).
"""
