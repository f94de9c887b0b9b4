owned.:"by" is null
